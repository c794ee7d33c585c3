using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Sidecar.SidecarWorker.Agents;
using Sidecar.SidecarWorker.Sessions;

namespace Sidecar.Tests.SidecarWorker.Sessions;

public sealed class EventStreamTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _left = new();
    private readonly Pipe _line = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
    private readonly AgentSession _session;

    public EventStreamTests()
    {
        var options = new AgentOptions { RetainedBytes = 1000, SlowReaderPatience = TimeSpan.Zero };
        _session = TestSession.Of(options, _time);
    }

    [Fact]
    public async Task Write_OneEvent_IsIdEventAndData()
    {
        await _session.Output.OnMessageAsync("{\"a\":1}"u8.ToArray());
        var stream = WriteAsync(null);

        Assert.Equal($"id: {_session.Epoch}.1\nevent: line\ndata: {{\"a\":1}}\n\n", await ReadUntilAsync("\n\n"));

        _session.Events.Complete();
        await stream.WaitAsync(Deadline, TimeProvider.System);
    }

    [Fact]
    public async Task Write_NothingForAWhile_KeepsTheLineAlive()
    {
        var stream = WriteAsync(null);

        _time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(": keep-alive\n\n", await ReadUntilAsync("\n\n"));
        await _left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.WaitAsync(Deadline, TimeProvider.System));
    }

    [Fact]
    public async Task Write_ReaderFellBehind_IsToldWhatItMissed()
    {
        await AppendAsync(1);
        var stream = WriteAsync(null); // the first event fills the line: nothing goes on until it is read
        await AppendAsync(100);
        var (first, last) = _session.Events.Range;
        _session.Events.Complete();

        var text = await ReadUntilAsync($"id: {_session.Epoch}.{last}\n");

        await stream.WaitAsync(Deadline, TimeProvider.System);
        var gap = $$"""data: {"requested":"{{_session.Epoch}}.1","epoch":"{{_session.Epoch}}","firstSequence":{{first}}}""";
        Assert.Contains($"data: {{}}\n\nevent: gap\n{gap}\n\nid: {_session.Epoch}.{first}\n", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Split("event: gap").Length - 1);
    }

    public void Dispose() => _left.Dispose();

    private async Task AppendAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _session.Output.OnMessageAsync("{}"u8.ToArray());
        }
    }

    private Task WriteAsync(string? lastEventId)
    {
        var context = new DefaultHttpContext();
        context.Response.Body = _line.Writer.AsStream();
        return EventStream.WriteAsync(_session, lastEventId, context.Response, _time, _left.Token);
    }

    private async Task<string> ReadUntilAsync(string part)
    {
        var text = new StringBuilder();
        while (!text.ToString().Contains(part, StringComparison.Ordinal))
        {
            var result = await _line.Reader.ReadAsync().AsTask().WaitAsync(Deadline, TimeProvider.System);
            text.Append(Encoding.UTF8.GetString(result.Buffer));
            _line.Reader.AdvanceTo(result.Buffer.End);
        }

        return text.ToString();
    }
}
