using System.Text;
using Sidecar.SessionApi.Programs;

namespace Sidecar.SessionApi.Git;

/// <summary>What git answered, or why it did not.</summary>
/// <param name="Outcome">How the run ended.</param>
/// <param name="Output">Its standard output, as much of it as is read.</param>
internal sealed record GitAnswer(ProgramOutcome Outcome, ReadOnlyMemory<byte> Output)
{
    private const int MaxProblemLength = 500;

    /// <summary>Whether there was more output than is read.</summary>
    public bool IsCut => Outcome.End == ProgramEnd.Cut;

    /// <summary>It ended with 0, or has said more than is read.</summary>
    public bool Succeeded => IsCut || Outcome is { End: ProgramEnd.Exited, ExitCode: 0 };

    /// <summary>What went wrong, in a sentence or what git said.</summary>
    public string Problem => Outcome.End switch
    {
        ProgramEnd.TimedOut => "git did not answer in time",
        ProgramEnd.NotStarted => $"git could not be started: {Outcome.Error}",
        _ when Outcome.Error.Length > 0 => Shortened(Outcome.Error),
        _ => $"git ended with code {Outcome.ExitCode}",
    };

    /// <summary>The output as text. What is no UTF-8 becomes U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Output.Span);

    /// <summary>The output without its last line feed: a path, which may well hold another one.</summary>
    public string Line => Text is { Length: > 0 } text && text[^1] == '\n' ? text[..^1] : Text;

    /// <summary>What of the output is ended by NUL; a last piece that was cut is left out.</summary>
    public IEnumerable<string> Records
    {
        get
        {
            var rest = Output;
            while (rest.Span.IndexOf((byte)0) is var end && end >= 0)
            {
                yield return Encoding.UTF8.GetString(rest.Span[..end]);
                rest = rest[(end + 1)..];
            }
        }
    }

    private static string Shortened(string error)
    {
        var text = error.StartsWith("fatal: ", StringComparison.Ordinal) ? error["fatal: ".Length..] : error;
        return text.Length <= MaxProblemLength ? text : text[..MaxProblemLength] + " …";
    }
}
