using System.Diagnostics;
using System.Text;

namespace Sidecar.Tests.FakeAgent;

/// <summary>Text whose pieces are numbered, so that whoever gets them can tell that none is missing and none came twice.</summary>
internal static class NumberedDirectives
{
    private const string Placeholder = "PLACEHOLDER";

    /// <summary>With padding only the last piece is repeated in the assistant message, which would otherwise be as long as all of them.</summary>
    public static async Task CountAsync(Turn turn, Directive directive, AssistantStream stream)
    {
        var label = directive.Arguments[0];
        var pause = TimeSpan.FromMilliseconds(directive.Number(1));
        var count = directive.Number(2, 100);
        var padding = new string('p', directive.Number(3));
        for (var i = 1; i <= count; i++)
        {
            await turn.PauseAsync(pause);
            turn.Interrupted.ThrowIfCancellationRequested();
            var piece = $"{label}#{i} ";
            if (padding.Length == 0 || i == count)
            {
                await stream.TextAsync(piece);
            }
            else
            {
                turn.Agent.Output.WriteLine(stream.UnsentText(piece + padding));
            }
        }
    }

    /// <summary>Each piece tells when it was written. The line is put together from bytes, so that little time passes after the look at the clock.</summary>
    public static async Task StampAsync(Turn turn, Directive directive, AssistantStream stream)
    {
        var label = directive.Arguments[0];
        var pause = TimeSpan.FromMilliseconds(directive.Number(1));
        var model = stream.UnsentText(Placeholder);
        var line = Encoding.UTF8.GetString(Json.Line(model).Span);
        var (beforeText, afterText) = Cut(line, Placeholder);
        var (beforeUuid, end) = Cut(afterText, model.Text("uuid")!);
        for (var i = 1; i <= directive.Number(2, 100); i++)
        {
            await turn.PauseAsync(pause);
            turn.Interrupted.ThrowIfCancellationRequested();
            var uuid = Guid.NewGuid();
            turn.Agent.Output.WriteBytes(Encoding.UTF8.GetBytes($"{beforeText}{label}#{i}@{Stopwatch.GetTimestamp()} {beforeUuid}{uuid}{end}"));
        }
    }

    private static (string Before, string After) Cut(string text, string at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal);
        return (text[..index], text[(index + at.Length)..]);
    }
}
