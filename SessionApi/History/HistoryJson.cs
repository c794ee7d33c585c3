using System.Text.Json.Serialization;
using Sidecar.SessionApi.History.Files;

namespace Sidecar.SessionApi.History;

/// <param name="TargetUserMessageId">The message's uuid.</param>
/// <param name="UserMessageIndex">From 0 on, among the messages of people.</param>
/// <param name="UserMessageCount">How many of them there are.</param>
internal sealed record TargetView(string TargetUserMessageId, int UserMessageIndex, int UserMessageCount)
{
    public static TargetView Of(SessionHistory history, HistoryTurn turn) => new(turn.Id!, turn.Index, history.Turns.Count);
}

/// <param name="MessagesRemoved">How many shown messages go.</param>
/// <param name="RemovedMessageIds">Their uuids, once they are gone.</param>
internal sealed record ConversationView(int MessagesRemoved, IReadOnlyList<string>? RemovedMessageIds = null);

/// <param name="Target">The message that is gone back to.</param>
/// <param name="Conversation">What goes of the conversation.</param>
/// <param name="Code">What changes back in files.</param>
/// <param name="RestoreAvailable">Whether every listed file can be brought back.</param>
/// <param name="UnverifiedChangeSources">What may have changed files beside the listed ones: names of tools, and files outside the session's directory.</param>
/// <param name="Mode">What was done: <c>both</c> or <c>conversation</c>; null while nothing was.</param>
/// <param name="WorkDir">The session's directory, in a list of checkpoints.</param>
internal sealed record RewindView(
    TargetView Target,
    ConversationView Conversation,
    CodePreview Code,
    bool RestoreAvailable,
    IReadOnlyList<string> UnverifiedChangeSources,
    string? Mode = null,
    string? WorkDir = null);

internal sealed record CheckpointList(IReadOnlyList<RewindView> Checkpoints);

/// <param name="State"><c>ok</c>, <c>missing</c> when the turn did not change that file, or <c>error</c>.</param>
/// <param name="Path">As it was asked for.</param>
/// <param name="Diff">As git writes it.</param>
/// <param name="Error">Why there is none.</param>
/// <param name="Target">The turn.</param>
/// <param name="WorkDir">The session's directory.</param>
internal sealed record CheckpointDiff(string State, string Path, string? Diff, string? Error, TargetView? Target, string? WorkDir);

/// <param name="SessionId">The new session.</param>
/// <param name="Title">Its title.</param>
/// <param name="WorkDir">Its directory.</param>
/// <param name="SourceSessionId">The session that it was branched from.</param>
/// <param name="TargetMessageId">The last message that it shares with it.</param>
internal sealed record BranchView(string SessionId, string Title, string WorkDir, string SourceSessionId, string TargetMessageId);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RewindView))]
[JsonSerializable(typeof(CheckpointList))]
[JsonSerializable(typeof(CheckpointDiff))]
[JsonSerializable(typeof(BranchView))]
internal sealed partial class HistoryJson : JsonSerializerContext;
