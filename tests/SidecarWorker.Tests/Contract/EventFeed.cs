using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sidecar.Contracts;

namespace Sidecar.Tests.SidecarWorker.Contract;

/// <summary>A session's events as a client of the worker reads them.</summary>
internal sealed class EventFeed : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private EventFeed(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _items = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();
    }

    public static async Task<EventFeed> OpenAsync(HttpClient http, Guid session, string? lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/sessions/{session}/events");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Worker.Deadline, TimeProvider.System);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventFeed(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null when the stream has ended.</summary>
    public async Task<SseItem<string>?> NextAsync() =>
        await _items.MoveNextAsync().AsTask().WaitAsync(Worker.Deadline, TimeProvider.System) ? _items.Current : null;

    /// <summary>Every event up to the first that fits, which is the last of the list.</summary>
    public async Task<List<SseItem<string>>> UntilAsync(Func<SseItem<string>, bool> fits)
    {
        var items = new List<SseItem<string>>();
        while (await NextAsync() is { } item)
        {
            items.Add(item);
            if (fits(item))
            {
                return items;
            }
        }

        throw new EndOfStreamException($"The stream ended after {items.Count} events: {string.Join('\n', items.Select(item => item.Data))}");
    }

    public Task<List<SseItem<string>>> UntilResultAsync() =>
        UntilAsync(item => item.EventType == AgentEventTypes.Line && item.Data.Contains("\"type\":\"result\"", StringComparison.Ordinal));

    public async Task<AgentExited> ExitedAsync() =>
        (await UntilAsync(item => item.EventType == AgentEventTypes.Exited))[^1].As(WorkerJson.Default.AgentExited);

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        try
        {
            await _items.DisposeAsync();
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException)
        {
            // a read was under way when the test left
        }
    }
}

internal static class SseItemExtensions
{
    public static T As<T>(this SseItem<string> item, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(item.Data, type)!;

    public static AgentEventId Id(this SseItem<string> item)
    {
        Assert.True(AgentEventId.TryParse(item.EventId, out var id), item.EventId);
        return id;
    }
}
