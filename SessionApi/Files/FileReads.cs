using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Files;

/// <summary>
/// Looks at the file system for requests. A look at a drive that does not answer cannot be ended: the request is, the look goes on as long as it
/// must, and there are only so many of them.
/// </summary>
internal sealed class FileReads(IOptions<FolderOptions> options, BoundRegistry bounds, TimeProvider time)
{
    private readonly Bound _reads = bounds.Add("files.reads", "{look}", "Looks into folders and files that go on.", options.Value.MaxReads);

    /// <summary>Runs a look on another thread and waits for what it finds, within the deadline.</summary>
    /// <param name="read">The look; its token says that nobody waits any more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ApiErrorException">503 <c>BUSY</c> or 504 <c>TIMEOUT</c>; what <paramref name="read"/> throws passes.</exception>
    public Task<T> RunAsync<T>(Func<CancellationToken, T> read, CancellationToken cancellationToken) =>
        RunAsync(read, options.Value.ReadTimeout, cancellationToken);

    /// <summary>The same with a deadline of its own.</summary>
    /// <inheritdoc cref="RunAsync{T}(Func{CancellationToken, T}, CancellationToken)"/>
    public async Task<T> RunAsync<T>(Func<CancellationToken, T> read, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (!_reads.TryAdd(1))
        {
            throw new ApiErrorException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, "BUSY", $"{_reads.Limit} looks into folders go on already; try again"));
        }

        using var patience = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var token = either.Token;
        var look = Task.Run(
            () =>
            {
                try
                {
                    return read(token);
                }
                finally
                {
                    _reads.Remove(1);
                }
            },
            CancellationToken.None);
        try
        {
            return await look.WaitAsync(token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiErrorException(new ApiError(
                StatusCodes.Status504GatewayTimeout, "TIMEOUT", $"The folder did not answer within {deadline.TotalSeconds:0.###} s"));
        }
    }
}
