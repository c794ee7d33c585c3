namespace Sidecar.Tests.FakeAgent;

/// <summary>How the environment asks this process to misbehave. README.md lists the variables.</summary>
internal sealed record AgentSettings
{
    public required string ConfigRoot { get; init; }

    public TimeSpan StartDelay { get; init; }

    public TimeSpan StreamDelay { get; init; }

    public TimeSpan TranscriptDelay { get; init; }

    public bool WritesTranscript { get; init; }

    public string? Crash { get; init; }

    public bool NeedsLogin { get; init; }

    public bool InitOnStart { get; init; }

    /// <summary>How long after the start the first system/init is sent; null when it comes with the first turn.</summary>
    public TimeSpan? InitDelay { get; init; }

    public bool IgnoresSigterm { get; init; }

    public string PermissionModeAnswer { get; init; } = "confirm";

    public bool NoUuid { get; init; }

    public bool NoReplay { get; init; }

    public bool EmitsSessionState { get; init; }

    public string? LogFile { get; init; }

    /// <summary>Whether plain text is answered as by an agent, see <see cref="DemoScript"/>.</summary>
    public bool IsDemo { get; init; }

    public static AgentSettings FromEnvironment()
    {
        var init = Text("FAKE_AGENT_INIT") ?? "first-user";
        var isDemo = Text("FAKE_AGENT_DEMO") == "1";
        return new AgentSettings
        {
            ConfigRoot = Text("CLAUDE_CONFIG_DIR") ?? Path.Combine(Text("HOME") ?? "/", ".claude"),
            StartDelay = Milliseconds(Text("FAKE_AGENT_START_DELAY_MS")),
            StreamDelay = Milliseconds(Text("FAKE_AGENT_STREAM_DELAY_MS") ?? (isDemo ? "30" : null)),
            TranscriptDelay = Milliseconds(Text("FAKE_AGENT_TRANSCRIPT_DELAY_MS")),
            WritesTranscript = Text("FAKE_AGENT_TRANSCRIPT") != "off",
            Crash = Text("FAKE_AGENT_CRASH"),
            NeedsLogin = Text("FAKE_AGENT_LOGIN") == "1",
            InitOnStart = init == "on-start",
            InitDelay = init.StartsWith("late:", StringComparison.Ordinal) ? Milliseconds(init["late:".Length..]) : null,
            IgnoresSigterm = Text("FAKE_AGENT_IGNORE_SIGTERM") == "1",
            PermissionModeAnswer = Text("FAKE_AGENT_PERMISSION_MODE") ?? "confirm",
            NoUuid = Text("FAKE_AGENT_NO_UUID") == "1",
            NoReplay = Text("FAKE_AGENT_NO_REPLAY") == "1",
            EmitsSessionState = Text("CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS") == "1",
            LogFile = Text("FAKE_AGENT_LOG"),
            IsDemo = isDemo,
        };
    }

    private static string? Text(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static TimeSpan Milliseconds(string? value) =>
        value is null ? TimeSpan.Zero : TimeSpan.FromMilliseconds(int.Parse(value, null));
}
