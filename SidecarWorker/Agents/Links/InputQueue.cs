using System.Threading.Channels;

namespace Sidecar.SidecarWorker.Agents.Links;

/// <summary>The lines for a CLI that it has not taken yet, bounded: it has one writer and one reader.</summary>
internal sealed class InputQueue
{
    private const int Length = 64;

    private readonly Channel<ReadOnlyMemory<byte>> _lines = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(Length) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public bool HasRoom => _lines.Reader.Count < Length;

    public bool TryAdd(ReadOnlyMemory<byte> line) => _lines.Writer.TryWrite(line);

    public void Complete() => _lines.Writer.TryComplete();

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync(CancellationToken cancellationToken) => _lines.Reader.ReadAllAsync(cancellationToken);
}
