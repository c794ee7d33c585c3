using System.Text.Json;
using System.Text.Json.Serialization;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Inspection;

/// <summary>
/// What a session is made of: its mode, model, tools, usage and context. Of a running agent it is asked, all questions at once and each with
/// its deadline; of any other it is read from the transcript.
/// </summary>
internal sealed class SessionInspection(TranscriptStore store, AgentQueries agents, SlashCommands commands)
{
    // What clients wait for: 25 s in all, 45 s with the context.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan PatienceWithContext = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ContextPatience = TimeSpan.FromSeconds(20);

    /// <summary>Null when there is no such session.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="withContext">Whether it is asked what the context is used for.</param>
    /// <param name="contextOnly">Whether usage and servers are left out: clients ask for the context again and again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<InspectionView?> RunAsync(string sessionId, bool withContext, bool contextOnly, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(sessionId, cancellationToken) is not { } facts)
        {
            return null;
        }

        var agent = await agents.FindAsync(sessionId, cancellationToken);
        var patience = withContext ? PatienceWithContext : Patience;
        var usage = contextOnly ? null : agent?.AskAsync("get_session_usage", members: null, patience, cancellationToken);
        var servers = contextOnly ? null : agent?.AskAsync("mcp_status", members: null, patience, cancellationToken);
        var context = !withContext
            ? null
            : agent?.AskAsync("get_context_usage", json => json.WriteBoolean("estimateOnly"u8, true), ContextPatience, cancellationToken);
        var fromTranscript = contextOnly ? null : await TranscriptUsage.ReadAsync(facts.Path, cancellationToken);

        var errors = new InspectionErrors(null, null);
        ControlAnswer? usageAnswer = usage is null ? null : await usage;
        ControlAnswer? contextAnswer = context is null ? null : await context;
        if (usageAnswer is { Failure: { } usageFailure })
        {
            errors = errors with { Usage = usageFailure };
        }

        if (withContext && (agent is null ? "CLI session is not running" : contextAnswer?.Failure) is { } contextFailure)
        {
            errors = errors with { Context = contextFailure };
        }

        return new InspectionView(
            agent is not null,
            Status(facts, agent, fromTranscript, servers is null ? default : (await servers).Response),
            errors,
            fromTranscript is null ? null : Richer(usageAnswer?.Response ?? default, fromTranscript.ToView()),
            contextAnswer is { Failure: null, Response.ValueKind: JsonValueKind.Object } answer ? ContextView.Of(answer.Response) : null);
    }

    private InspectionStatus Status(TranscriptFacts facts, QueriedAgent? agent, TranscriptUsage? usage, JsonElement servers)
    {
        var init = agent?.Init ?? default;
        var named = commands.List(facts.WorkDir, init);
        var listed = servers.Items("mcpServers"u8).Any() ? servers.Items("mcpServers"u8) : init.Items("mcp_servers"u8);
        return new InspectionStatus(
            facts.SessionId,
            facts.WorkDir,
            agent?.PermissionMode ?? facts.PermissionMode ?? "default",
            init.Text("claude_code_version"u8),
            agent?.WorkDir ?? facts.WorkDir,
            init.Text("model"u8) ?? usage?.LastModel ?? facts.RuntimeModelId,
            init.Text("apiKeySource"u8),
            init.Text("output_style"u8),
            [.. init.Items("tools"u8).Select(tool => tool.Text()).OfType<string>()],
            [.. listed.Select(server => new ServerStatus(server.Text("name"u8) ?? "", server.Text("status"u8) ?? "unknown"))],
            named.Count,
            named.Count(command => command.Kind == "skill"));
    }

    // A process knows what it cost, but not what was said before it began.
    private static JsonElement Richer(JsonElement ofProcess, UsageView ofTranscript)
    {
        var counted = (ofProcess.Number("totalInputTokens"u8) ?? -1) + (ofProcess.Number("totalOutputTokens"u8) ?? -1);
        return counted >= 0 && counted >= ofTranscript.TotalInputTokens + ofTranscript.TotalOutputTokens
            ? WithSource(ofProcess)
            : JsonSerializer.SerializeToElement(ofTranscript, InspectionJson.Default.UsageView);
    }

    private static JsonElement WithSource(JsonElement usage) =>
        JsonMembers.With(usage, static json => json.WriteString("source"u8, "current_process"u8), "source");
}

/// <param name="Active">Whether an agent runs.</param>
/// <param name="Status">What it is, or was.</param>
/// <param name="Errors">What could not be told, and why.</param>
/// <param name="Usage">What was used.</param>
/// <param name="Context">What the context is used for.</param>
internal sealed record InspectionView(bool Active, InspectionStatus Status, InspectionErrors Errors, JsonElement? Usage, JsonElement? Context);

internal sealed record InspectionStatus(
    string SessionId,
    string WorkDir,
    string PermissionMode,
    string? Version,
    string Cwd,
    string? Model,
    string? ApiKeySource,
    string? OutputStyle,
    IReadOnlyList<string> Tools,
    IReadOnlyList<ServerStatus> McpServers,
    int SlashCommandCount,
    int SkillCount);

internal sealed record ServerStatus(string Name, string Status);

internal sealed record InspectionErrors(string? Usage, string? Context);

internal sealed record SlashCommandList(IReadOnlyList<SlashCommand> Commands);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InspectionView))]
[JsonSerializable(typeof(UsageView))]
[JsonSerializable(typeof(SlashCommandList))]
internal sealed partial class InspectionJson : JsonSerializerContext;
