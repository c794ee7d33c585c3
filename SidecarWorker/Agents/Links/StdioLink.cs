using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Agents.Links;

/// <summary>Messages over the CLI's standard input and output, one a line.</summary>
internal sealed class StdioLink(long maxLineBytes) : IAgentLink
{
    private readonly InputQueue _input = new();

    public Uri? SdkUrl => null;

    public Task Attached => Task.CompletedTask;

    public bool HasRoom => _input.HasRoom;

    public bool TryWrite(ReadOnlyMemory<byte> line) => _input.TryAdd(line);

    public void EndInput() => _input.Complete();

    public Task CarryAsync(ContainedProcess process, AgentLines output, CancellationToken drained) => Task.WhenAll(
        ReadAsync(new OutputLineReader(process.Output, maxLineBytes), output, drained), WriteAsync(process.Input, drained));

    public void Dispose()
    {
        // The streams are the process's.
    }

    private static async Task ReadAsync(OutputLineReader reader, AgentLines output, CancellationToken drained)
    {
        try
        {
            await reader.ReadAsync(output.OnLineAsync, drained);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The pipe broke or draining was given up: the end of the process tells the rest.
        }
    }

    private async Task WriteAsync(Stream input, CancellationToken drained)
    {
        try
        {
            await foreach (var line in _input.ReadAllAsync(drained))
            {
                await input.WriteAsync(line, drained);
                await input.FlushAsync(drained);
            }

            input.Close();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The CLI no longer reads: its end tells the rest.
        }
    }
}
