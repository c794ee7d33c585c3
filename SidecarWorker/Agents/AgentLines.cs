using System.Buffers;
using System.Text;
using Sidecar.Contracts;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>Receives what a CLI writes. Called in order, never concurrently.</summary>
internal interface IAgentOutput
{
    /// <summary>One JSON object.</summary>
    ValueTask OnMessageAsync(ReadOnlyMemory<byte> message);

    /// <summary>Output that is no message.</summary>
    ValueTask OnNoiseAsync(AgentNoise noise);

    /// <summary>A line beside the link. While others are received too.</summary>
    void OnDiagnostic(string line);
}

/// <summary>Makes messages of the lines that a CLI writes, and keeps the last lines that are none.</summary>
internal sealed class AgentLines(IAgentOutput output)
{
    /// <summary>How much of a line is kept that is no message.</summary>
    public const int KeptOfNoise = 2048;

    private readonly OutputTail _tail = new();

    /// <summary>The last lines that were no message, without secrets.</summary>
    public IReadOnlyList<string> LastOutput => _tail.Snapshot();

    /// <summary>A line on the link: messages, or noise.</summary>
    /// <param name="line">Its bytes, or their beginning when it is over the limit.</param>
    /// <param name="length">Its length.</param>
    public async ValueTask OnLineAsync(ReadOnlySequence<byte> line, long length)
    {
        if (length > line.Length)
        {
            await ReportNoiseAsync(Text(line), length, "too-long");
            return;
        }

        var (objects, rest) = JsonLine.Split(line);
        foreach (var message in objects)
        {
            await output.OnMessageAsync(message);
        }

        if (rest is not null)
        {
            await ReportNoiseAsync(rest.Length <= KeptOfNoise ? rest : rest[..KeptOfNoise], length, "not-json");
        }
    }

    /// <summary>A line beside the link, which is for a person who looks for a cause.</summary>
    public ValueTask OnDiagnosticAsync(ReadOnlySequence<byte> line, long length)
    {
        var text = Secrets.Redact(Text(line));
        _tail.Add(text);
        output.OnDiagnostic(text);
        return ValueTask.CompletedTask;
    }

    private ValueTask ReportNoiseAsync(string text, long length, string reason)
    {
        text = Secrets.Redact(text);
        _tail.Add(text);
        return output.OnNoiseAsync(new AgentNoise(text, length, reason));
    }

    private static string Text(in ReadOnlySequence<byte> line) => Encoding.UTF8.GetString(line).TrimEnd('\r');
}
