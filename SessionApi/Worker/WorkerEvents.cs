using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Sidecar.Contracts;

namespace Sidecar.SessionApi.Worker;

/// <summary>One event of a session's agent.</summary>
/// <param name="Id">Its place; null for a gap, which has none.</param>
/// <param name="Type">See <see cref="AgentEventTypes"/>.</param>
/// <param name="Data">One line of JSON.</param>
internal readonly record struct WorkerEvent(AgentEventId? Id, string Type, ReadOnlyMemory<byte> Data);

/// <summary>
/// A session's events as one sequence that outlives broken connections: it is resumed after the last event that was taken.
/// It ends when the worker no longer knows the session.
/// </summary>
internal sealed partial class WorkerEvents(WorkerClient worker, TimeProvider time, ILogger<WorkerEvents> logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    /// <summary>Reads the events after <paramref name="after"/> (all that are kept when null), one at a time and in order.</summary>
    public async IAsyncEnumerable<WorkerEvent> ReadAsync(
        string sessionId, AgentEventId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var retry = FirstRetry;
        while (true)
        {
            using var connection = await ConnectAsync(sessionId, after, cancellationToken);
            if (connection.Ended)
            {
                yield break;
            }

            while (await connection.NextAsync(cancellationToken) is { } next)
            {
                retry = FirstRetry;
                after = next.Id ?? after;
                yield return next;
            }

            if (connection.Failure is { } failure)
            {
                Log.ConnectionLost(logger, sessionId, failure.Message, retry.TotalMilliseconds);
            }

            await Task.Delay(retry, time, cancellationToken);
            retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        }
    }

    private async Task<Connection> ConnectAsync(string sessionId, AgentEventId? after, CancellationToken cancellationToken)
    {
        try
        {
            var response = await worker.OpenEventsAsync(sessionId, after, cancellationToken);
            return new Connection(response, await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
        }
        catch (WorkerFailedException exception)
        {
            return new Connection(exception);
        }
    }

    /// <summary>One connection: its events until it breaks.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly HttpResponseMessage? _response;
        private readonly IAsyncEnumerator<SseItem<ReadOnlyMemory<byte>>>? _items;

        public Connection(HttpResponseMessage response, Stream stream, CancellationToken cancellationToken)
        {
            _response = response;
            _items = SseParser.Create<ReadOnlyMemory<byte>>(stream, static (_, data) => data.ToArray()).EnumerateAsync(cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
        }

        public Connection(WorkerFailedException failure) => Failure = failure;

        /// <summary>Why it broke, or could not be made.</summary>
        public Exception? Failure { get; private set; }

        /// <summary>True when the worker answered that it does not know the session.</summary>
        public bool Ended => Failure is WorkerFailedException { Error: WorkerErrors.NotRunning };

        /// <summary>The next event; null when the connection ended.</summary>
        public async Task<WorkerEvent?> NextAsync(CancellationToken cancellationToken)
        {
            if (_items is null)
            {
                return null;
            }

            try
            {
                if (!await _items.MoveNextAsync())
                {
                    return null;
                }
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
            {
                Failure = exception;
                return null;
            }

            var item = _items.Current;
            AgentEventId? id = item.EventType != AgentEventTypes.Gap && AgentEventId.TryParse(item.EventId, out var parsed) ? parsed : null;
            return new WorkerEvent(id, item.EventType, item.Data);
        }

        public void Dispose() => _response?.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Session {SessionId}: lost the worker's events ({Reason}); again in {Milliseconds:F0} ms.")]
        public static partial void ConnectionLost(ILogger logger, string sessionId, string reason, double milliseconds);
    }
}
