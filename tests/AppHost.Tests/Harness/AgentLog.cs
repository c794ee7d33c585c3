using System.Text.Json;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Harness;

/// <summary>One start of an agent.</summary>
public sealed record AgentStart(int ProcessId, bool Resume, IReadOnlyList<string> Arguments, string? TraceParent);

/// <summary>What the agents of a system say of their starts and inputs (FAKE_AGENT_LOG).</summary>
public sealed class AgentLog(string path)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    /// <summary>The starts of a session's agents, oldest first.</summary>
    public IReadOnlyList<AgentStart> StartsOf(Session session) =>
    [
        .. Entries("start")
            .Select(entry => new AgentStart(
                entry.GetProperty("pid").GetInt32(),
                entry.GetProperty("resume").GetBoolean(),
                [.. entry.GetProperty("args").EnumerateArray().Select(argument => argument.GetString()!)],
                entry.GetProperty("traceparent").GetString()))
            .Where(start => start.Arguments.Contains(session.Id)),
    ];

    /// <summary>The messages that a session's agents were given, oldest first.</summary>
    public IReadOnlyList<JsonElement> InputsOf(Session session)
    {
        var agents = StartsOf(session).Select(start => start.ProcessId).ToHashSet();
        return
        [
            .. Entries("input")
                .Where(entry => agents.Contains(entry.GetProperty("pid").GetInt32()))
                .Select(entry => JsonElement.Parse(entry.GetProperty("line").GetString()!)),
        ];
    }

    /// <summary>The answers to permission questions that a session's agents were given: the decisions alone.</summary>
    public IReadOnlyList<JsonElement> DecisionsOf(Session session) =>
    [
        .. InputsOf(session)
            .Where(input => input.GetProperty("type").GetString() == "control_response")
            .Select(input => input.GetProperty("response").GetProperty("response")),
    ];

    /// <summary>Waits until a session has had this many agents; the last of them.</summary>
    public async Task<ProcessRun> StartedAsync(Session session, int count = 1)
    {
        await WaitFor.True(() => StartsOf(session).Count >= count, Deadline, $"{count} starts of the agent of session {session.Id}");
        return ProcFs.Find(StartsOf(session)[count - 1].ProcessId) ?? throw new InvalidOperationException("The agent has ended already.");
    }

    /// <summary>Waits for the end of an agent.</summary>
    public static Task EndedAsync(ProcessRun agent) => WaitFor.True(() => !ProcFs.Exists(agent), Deadline, $"the end of agent process {agent.Id}");

    private IEnumerable<JsonElement> Entries(string kind)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        // The last line may be half written.
        var lines = File.ReadAllText(path).Split('\n')[..^1];
        return lines.Select(line => JsonElement.Parse(line)).Where(entry => entry.GetProperty("event").GetString() == kind);
    }
}
