using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>One line of the session list. Immutable; its JSON is made when it is first asked for and kept.</summary>
internal sealed record SessionRow
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private byte[]? _item;

    public required string Id { get; init; }

    /// <summary>The path that names the transcript; it breaks ties in the order.</summary>
    public required string Path { get; init; }

    public required string ProjectName { get; init; }

    public required string Title { get; init; }

    public required string CreatedAt { get; init; }

    public required string ModifiedAt { get; init; }

    public required long ModifiedTicks { get; init; }

    public required int MessageCount { get; init; }

    public required WorkspaceKey WorkspaceKey { get; init; }

    public required Workspace Workspace { get; init; }

    public string? PermissionMode { get; init; }

    public bool HasRuntimeProvider { get; init; }

    public string? RuntimeProviderId { get; init; }

    public string? RuntimeModelId { get; init; }

    public string? EffortLevel { get; init; }

    /// <summary>Where the session works, as its transcript says.</summary>
    public static WorkspaceKey WorkspaceKeyOf(TranscriptLocation location, TranscriptFold fold) =>
        new(fold.WorkDirIn(location), fold.Meta.RepositoryRoot, fold.Meta.WorktreeOriginalCwd, fold.Meta.WorktreePath);

    public static async ValueTask<SessionRow> OfAsync(
        TranscriptLocation location, TranscriptFile file, TranscriptFold fold, WorkspaceResolver workspaces)
    {
        var key = WorkspaceKeyOf(location, fold);
        return new SessionRow
        {
            Id = location.SessionId,
            Path = location.MainPath,
            ProjectName = location.ProjectName,
            Title = fold.Title ?? TranscriptFacts.UntitledSession,
            CreatedAt = fold.CreatedAt ?? TranscriptTime.Format(file.BirthTime),
            ModifiedAt = fold.ModifiedAt ?? TranscriptTime.Format(file.FileTicks),
            ModifiedTicks = fold.ModifiedTicks == 0 ? file.FileTicks : fold.ModifiedTicks,
            MessageCount = fold.MessageCount,
            WorkspaceKey = key,
            Workspace = await workspaces.ResolveAsync(key),
            PermissionMode = fold.Meta.PermissionMode,
            HasRuntimeProvider = fold.Meta.HasRuntimeProvider,
            RuntimeProviderId = fold.Meta.RuntimeProviderId,
            RuntimeModelId = fold.Meta.RuntimeModelId,
            EffortLevel = fold.Meta.EffortLevel,
        };
    }

    /// <summary>The row as a JSON object.</summary>
    public ReadOnlyMemory<byte> Item => _item ??= WriteItem();

    /// <summary>The same row in another workspace state.</summary>
    public SessionRow In(Workspace workspace) => this with { Workspace = workspace, _item = null };

    /// <summary>The members that the list and the single session share.</summary>
    public void WriteMembers(Utf8JsonWriter json, int messageCount)
    {
        json.WriteString("id"u8, Id);
        json.WriteString("title"u8, Title);
        json.WriteString("createdAt"u8, CreatedAt);
        json.WriteString("modifiedAt"u8, ModifiedAt);
        json.WriteNumber("messageCount"u8, messageCount);
        json.WriteString("projectPath"u8, ProjectName);
        json.WriteString("projectRoot"u8, Workspace.ProjectRoot);
        json.WriteString("workDir"u8, WorkspaceKey.WorkDir);
        json.WriteBoolean("workDirExists"u8, Workspace.WorkDirExists);
        json.WriteString("workspaceState"u8, Workspace.State);
        WriteOptional(json, "permissionMode"u8, PermissionMode);
    }

    private byte[] WriteItem()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            WriteMembers(json, MessageCount);
            if (HasRuntimeProvider)
            {
                json.WriteString("runtimeProviderId"u8, RuntimeProviderId);
            }

            WriteOptional(json, "runtimeModelId"u8, RuntimeModelId);
            WriteOptional(json, "effortLevel"u8, EffortLevel);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteOptional(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
