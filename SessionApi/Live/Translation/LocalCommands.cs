using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>
/// What the CLI answers to a slash command by itself. It comes as a <c>system</c> message, bare or in <c>&lt;local-command-stdout&gt;</c>, as a
/// <c>user</c> message that nobody wrote, or as both; it is shown once.
/// </summary>
internal sealed class LocalCommands
{
    // After /compact; what was compacted is told by messages of its own.
    private const string Compacted = "Compacted";

    private string? _shown;

    /// <summary>Forgets what was shown in a turn that has ended.</summary>
    public void Clear() => _shown = null;

    /// <summary>Adds the frames of <c>{"type":"system","subtype":"local_command","content":…}</c>; its subtype may be <c>local_command_output</c>.</summary>
    public void OnSystem(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        var content = message.Text("content"u8) ?? "";
        if (!content.Contains("<command-name>", StringComparison.Ordinal))
        {
            Show(Tagged(content) ?? content.Trim(), frames);
        }
    }

    /// <summary>Adds the frames of a <c>user</c> message, which has some only when it holds the output of a command.</summary>
    public void OnUser(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        var text = UserMessages.Text(message.Member("message"u8))?.Trim() ?? "";
        if (text.StartsWith("<local-command-std", StringComparison.Ordinal) && Tagged(text) is { } output and not Compacted
            && AgentScope.Of(message).Parent is null)
        {
            Show(output, frames);
        }
    }

    private void Show(string output, List<ReadOnlyMemory<byte>> frames)
    {
        if (output.Length == 0 || output == _shown)
        {
            return;
        }

        _shown = output;
        if (GoalEvent.Of(output) is { } goal)
        {
            frames.Add(goal.ToFrame());
        }
        else
        {
            frames.Add(Frame.Of("content_start", 0, static (json, _) => json.WriteString("blockType"u8, "text"u8)));
            frames.Add(Frame.Of("content_delta", output, static (json, text) => json.WriteString("text"u8, text)));
        }
    }

    private static string? Tagged(string content) => Between(content, "local-command-stdout") ?? Between(content, "local-command-stderr");

    private static string? Between(string content, string tag)
    {
        var start = content.IndexOf($"<{tag}>", StringComparison.Ordinal);
        var end = start < 0 ? -1 : content.IndexOf($"</{tag}>", start, StringComparison.Ordinal);
        return end < 0 ? null : content[(start + tag.Length + 2)..end].Trim();
    }
}
