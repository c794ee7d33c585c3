using static Sidecar.Tests.SessionApi.Contract.ContractShapes;

namespace Sidecar.Tests.SessionApi.Contract;

/// <summary>What existing clients read of this server's REST answers.</summary>
public static class ContractTable
{
    private const string NotFound = "NOT_FOUND";
    private const string BadRequest = "BAD_REQUEST";
    private const string Forbidden = "FORBIDDEN";
    private const string WrongMethod = "METHOD_NOT_ALLOWED";

    private static readonly ContractRow[] All =
    [
        // Health and status.
        new("GET", "/health", 200, """{"status":"string","timestamp":"string"}"""),
        new("GET", "/api/status", 200, """{"status":"string","version":"string","uptime":"number"}"""),
        new("POST", "/api/status", 405, WrongMethod),
        new("GET", "/api/health", 404, NotFound),
        new("GET", "/api/nothing", 404, NotFound),

        // Sessions.
        new("GET", "/api/sessions", 200, List),
        new("GET", "/api/sessions?limit=400", 200, List),
        new("GET", "/api/sessions?limit=0&offset=3&project={workDir}", 200, List),
        new("GET", "/api/sessions?limit=x", 400, BadRequest),
        new("GET", "/api/sessions?offset=-1", 400, BadRequest),
        new("PUT", "/api/sessions", 405, WrongMethod),
        new("POST", "/api/sessions", 201, """{"sessionId":"string","workDir":"string"}""", """{"workDir":"{workDir}","permissionMode":"plan"}"""),
        new("POST", "/api/sessions", 400, BadRequest, """{"permissionMode":"x"}"""),
        new("POST", "/api/sessions", 400, BadRequest, """{"repository":7}"""),
        new("POST", "/api/sessions", 400, "WORKDIR_MISSING", """{"workDir":"/does/not/exist"}"""),
        new("POST", "/api/sessions", 400, BadRequest, "{"),
        new("GET", "/api/sessions/{id}", 200, Detail),
        new("GET", "/api/sessions/{unknown}", 404, NotFound),
        new("PATCH", "/api/sessions/{id}", 200, Ok, """{"title":"New"}"""),
        new("PATCH", "/api/sessions/{id}", 400, BadRequest, """{"title":""}"""),
        new("PATCH", "/api/sessions/{unknown}", 404, NotFound, """{"title":"New"}"""),
        new("DELETE", "/api/sessions/{id}", 200, Ok),
        new("DELETE", "/api/sessions/{unknown}", 404, NotFound),
        new("GET", "/api/sessions/{id}/messages", 200, Messages),
        new("GET", "/api/sessions/{unknown}/messages", 404, NotFound),
        new("POST", "/api/sessions/batch-delete", 200, """{"ok":"boolean","successes":["string"],"failures":[{"sessionId":"string","message":"string","code?":"string"}]}""",
            """{"sessionIds":["{id}","{unknown}"]}"""),
        new("POST", "/api/sessions/batch-delete", 400, BadRequest, """{"sessionIds":[]}"""),

        // What must answer at the start of a UI.
        new("GET", "/api/permissions/mode", 200, """{"mode":"string"}"""),
        new("GET", "/api/models", 200, $$"""{"models":[{{Model}}],"provider":"null|object"}"""),
        new("GET", "/api/models/current", 200, $$"""{"model":{{Model}}}"""),
        new("GET", "/api/effort", 200, """{"level":"string","available":["string"]}"""),
        new("GET", "/api/settings/user", 200, "{}"),

        // The rest of what a UI touches.
        new("GET", "/api/traces/settings", 200, """{"enabled":"boolean","storageDir":"string"}"""),
        new("GET", "/api/desktop-ui/preferences", 200, $$"""{"preferences":{{DesktopPreferences}},"exists":"boolean"}"""),
        new("PUT", "/api/desktop-ui/preferences/sidebar", 200, PreferencesChanged, """{"projectOrder":["/a"]}"""),
        new("PUT", "/api/desktop-ui/preferences/project-display-name", 200, PreferencesChanged, """{"projectPath":"/a","displayName":"A"}"""),
        new("PUT", "/api/desktop-ui/preferences/profile", 200, PreferencesChanged, """{"displayName":"A"}"""),
        new("PUT", "/api/desktop-ui/preferences/pet", 200, PreferencesChanged, """{"enabled":true}"""),
        new("GET", "/api/scheduled-tasks", 200, """{"tasks":"array"}"""),
        new("GET", "/api/providers", 200, """{"providers":"array","activeId":"string|null"}"""),
        new("GET", "/api/providers/auth-status", 200, """{"hasAuth":"boolean","source":"string"}"""),
        new("GET", "/api/skills", 200, """{"skills":[{"name":"string","description":"string","source":"string"}]}"""),
        new("GET", "/api/skills?cwd={workDir}", 200, """{"skills":"array"}"""),
        new("GET", "/api/agents", 200, """{"activeAgents":"array","allAgents":"array","availableTools":"array"}"""),
        new("GET", "/api/agents?cwd={workDir}", 200, """{"activeAgents":"array","allAgents":"array","availableTools":"array"}"""),
        new("GET", "/api/tasks/lists/{id}", 200, """{"tasks":["object"]}"""),
        new("POST", "/api/tasks/lists/{id}/reset", 200, Ok),
        new("GET", "/api/teams/session/{id}/workbench", 404, NotFound),
        new("GET", "/api/workflows/session-runs/{id}", 200, """{"runs":"array"}"""),
        new("GET", "/api/open-targets", 200, """{"platform":"string","targets":"array","primaryTargetId":"string|null","cachedAt":"number","ttlMs":"number"}"""),
        new("GET", "/api/open-targets?path={workDir}", 200, """{"targets":"array"}"""),
        new("POST", "/api/diagnostics/events", 200, Ok, """{"type":"api_error","details":{}}"""),
        new("PUT", "/api/permissions/mode", 200, """{"ok":"boolean","mode":"string"}""", """{"mode":"plan"}"""),
        new("PUT", "/api/models/current", 200, """{"ok":"boolean","model":"string"}""", """{"modelId":"opus"}"""),
        new("PUT", "/api/effort", 200, """{"ok":"boolean","level":"string"}""", """{"level":"max"}"""),
        new("PUT", "/api/settings/user", 200, Ok, """{"theme":"dark"}"""),
        new("DELETE", "/api/settings/user", 405, WrongMethod),
        new("GET", "/api/settings/output-styles", 404, NotFound),
        new("GET", "/api/settings/cli-launcher", 404, NotFound),
        new("GET", "/api/mcp", 404, NotFound),
        new("GET", "/api/plugins", 404, NotFound),
        new("GET", "/api/memory/files", 404, NotFound),
        new("GET", "/api/market/skills", 404, NotFound),
        new("GET", "/api/adapters", 404, NotFound),
        new("GET", "/api/computer-use/status", 404, NotFound),
        new("GET", "/api/activity-stats", 404, NotFound),
        new("GET", "/api/doctor/report", 404, NotFound),
        new("GET", "/api/haha-openai-oauth", 404, NotFound),

        // Status.
        new("GET", "/api/status/diagnostics", 200, """{"nodeVersion":"string|null","bunVersion":"string|null","platform":"string","arch":"string","configDir":"string","memory":{"rss":"number","heapUsed":"number","heapTotal":"number"}}"""),
        new("GET", "/api/status/usage", 200, """{"totalInputTokens":"number","totalOutputTokens":"number","totalCost":"number"}"""),
        new("GET", "/api/status/user", 200, """{"configDir":"string","projects":["string"]}"""),

        new("PUT", "/api/status/user", 405, WrongMethod),

        // Chat.
        new("POST", "/api/sessions/{id}/chat", 202, Queued, """{"content":"hello"}"""),
        new("POST", "/api/sessions/{id}/chat", 400, BadRequest, """{"content":" "}"""),
        new("POST", "/api/sessions/{unknown}/chat", 404, NotFound, """{"content":"hello"}"""),
        new("GET", "/api/sessions/{id}/chat/status", 200, Activity),
        new("GET", "/api/sessions/{unknown}/chat/status", 200, Activity),
        new("POST", "/api/sessions/{id}/chat/stop", 200, Ok),
        new("POST", "/api/conversations/{id}", 202, Queued, """{"content":"hello"}"""),
        new("POST", "/api/conversations/{id}/chat", 202, Queued, """{"content":"hello"}"""),
        new("GET", "/api/conversations/{id}/chat/status", 200, Activity),
        new("POST", "/api/conversations/{id}/chat/stop", 200, Ok),

        // Repositories and workspaces.
        new("GET", "/api/sessions/recent-projects", 200, """{"projects":"array"}"""),
        new("GET", "/api/sessions/recent-projects?limit=10", 200, """{"projects":[{"projectPath":"string","realPath":"string","projectName":"string","isGit":"boolean","repoName":"string|null","branch":"string|null","modifiedAt":"string","sessionCount":"number"}]}"""),
        new("GET", "/api/sessions/repository-context", 400, BadRequest),
        new("GET", "/api/sessions/repository-context?workDir={workDir}", 200, RepositoryContext),
        new("GET", "/api/sessions/repository-context?workDir=/does/not/exist", 200, RepositoryContext),
        new("POST", "/api/sessions/repository-branch", 400, "REPOSITORY_BRANCH_NAME_INVALID", """{"workDir":"{workDir}"}"""),
        new("POST", "/api/sessions/repository-branch", 400, "REPOSITORY_NOT_GIT", """{"workDir":"{workDir}","name":"new"}"""),
        new("POST", "/api/sessions/repository-branch", 400, BadRequest, """{"name":"new"}"""),
        new("GET", "/api/sessions/{id}/git-info", 200, """{"branch":"string|null","repoName":"string|null","workDir":"string","changedFiles":"number","worktree":"object|null"}"""),
        new("GET", "/api/sessions/{unknown}/git-info", 404, NotFound),
        new("GET", "/api/sessions/{id}/workspace/status", 200, """{"state":"string","workDir":"string","repoName":"string|null","branch":"string|null","isGitRepo":"boolean","changedFiles":"array"}"""),
        new("GET", "/api/sessions/{unknown}/workspace/status", 404, NotFound),
        new("GET", "/api/sessions/{id}/workspace/tree", 200, $$"""{"state":"string","path":"string","entries":[{{WorkspaceEntry}}]}"""),
        new("GET", "/api/sessions/{id}/workspace/tree?path=..", 403, Forbidden),
        new("GET", "/api/sessions/{id}/workspace/file", 400, BadRequest),
        new("GET", "/api/sessions/{id}/workspace/file?path=readme.txt", 200, """{"state":"string","path":"string","language":"string","size":"number","previewType":"string","content":"string"}"""),
        new("GET", "/api/sessions/{id}/workspace/file?path=nothing", 200, """{"state":"string","path":"string"}"""),
        new("GET", "/api/sessions/{id}/workspace/file?path=../../etc/passwd", 403, Forbidden),
        new("GET", "/api/sessions/{id}/workspace/diff?path=readme.txt", 200, """{"state":"string","path":"string"}"""),
        new("GET", "/api/sessions/{id}/workspace/diff?path=/etc/passwd", 403, Forbidden),
        new("GET", "/api/sessions/{id}/workspace/search?query=read", 200, $$"""{"state":"string","query":"string","entries":[{{WorkspaceEntry}}]}"""),
        new("GET", "/api/sessions/{id}/workspace/search?query=read&path=..", 403, Forbidden),
        new("GET", "/api/filesystem/browse?path={workDir}", 200, Folder),
        new("GET", "/api/filesystem/browse?path={workDir}&search=read&includeFiles=true&maxResults=20", 200, Folder),
        new("GET", "/api/filesystem/browse?path=/does/not/exist", 404, NotFound),

        // Turns, agents and what a session can do.
        new("GET", "/api/sessions/{id}/slash-commands", 200, """{"commands":[{"name":"string","description":"string","argumentHint?":"string","kind":"string","source?":"string"}]}"""),
        new("GET", "/api/sessions/{unknown}/slash-commands", 404, NotFound),
        new("GET", "/api/sessions/{id}/inspection", 200, InspectionView),
        new("GET", "/api/sessions/{id}/inspection?includeContext=1&contextOnly=1", 200, InspectionView),
        new("GET", "/api/sessions/{unknown}/inspection", 404, NotFound),
        new("GET", "/api/sessions/{id}/turn-checkpoints", 200, $$"""{"checkpoints":[{{Rewind}}]}"""),
        new("GET", "/api/sessions/{unknown}/turn-checkpoints", 404, NotFound),
        new("GET", "/api/sessions/{id}/turn-checkpoints/diff?userMessageIndex=0", 400, BadRequest),
        new("GET", "/api/sessions/{id}/turn-checkpoints/diff?userMessageIndex=0&path=readme.txt", 200, """{"state":"string","path":"string"}"""),
        new("POST", "/api/sessions/{id}/rewind", 200, Rewind, """{"userMessageIndex":0,"dryRun":true}"""),
        new("POST", "/api/sessions/{id}/rewind", 200, Rewind, """{"targetUserMessageId":"u-5","expectedContent":"hello","mode":"conversation"}"""),
        new("POST", "/api/sessions/{id}/rewind", 400, BadRequest, """{"userMessageIndex":0,"expectedContent":"something else"}"""),
        new("POST", "/api/sessions/{id}/rewind", 400, BadRequest, "{}"),
        new("POST", "/api/sessions/{unknown}/rewind", 404, NotFound, """{"userMessageIndex":0}"""),
        new("POST", "/api/sessions/{id}/branch", 201, """{"sessionId":"string","title":"string","workDir":"string","sourceSessionId":"string","targetMessageId":"string"}""",
            """{"targetMessageId":"u-5"}"""),
        new("POST", "/api/sessions/{id}/branch", 400, BadRequest, "{}"),
        new("POST", "/api/sessions/{id}/branch", 400, BadRequest, """{"targetMessageId":"x"}"""),
        new("POST", "/api/sessions/{unknown}/branch", 404, NotFound, """{"targetMessageId":"x"}"""),
        new("GET", "/api/sessions/{id}/subagents/by-tool/unknown", 404, NotFound),
        new("GET", "/api/sessions/{id}/subagents/by-agent/unknown", 404, NotFound),
        new("POST", "/api/sessions/{id}/subagents/by-tool/unknown/messages", 400, BadRequest, "{}"),
        new("POST", "/api/sessions/{id}/subagents/by-tool/unknown/messages", 404, NotFound, """{"content":"hello"}"""),
        new("GET", "/api/sessions/{id}/trace", 200, """{"sessionId":"string","summary":"object","calls":["object"],"events":"array"}"""),
        new("GET", "/api/sessions/{unknown}/trace", 404, NotFound),
        new("GET", "/api/sessions/{id}/trace/calls/unknown", 404, NotFound),

        // Search.
        new("POST", "/api/search/sessions", 200, """{"results":[{"sessionId":"string","title":"string","projectPath":"string","workDir":"string|null","modifiedAt":"string","matchCount":"number","matches":[{"role":"string","messageId":"string|null","lineNumber":"number","snippet":"string","highlights":[{"start":"number","end":"number"}],"timestamp?":"string"}]}],"total":"number","truncated":"boolean"}""", """{"query":"hello"}"""),
        new("POST", "/api/search/sessions", 400, BadRequest, """{"query":" "}"""),
        new("POST", "/api/search/sessions", 400, BadRequest, """{"query":"x","project":"../x"}"""),
        new("GET", "/api/search/sessions", 405, WrongMethod),
        new("POST", "/api/search", 200, """{"results":[{"file":"string","line":"number","text":"string"}],"total":"number"}""", """{"query":"hello","cwd":"{workDir}"}"""),
        new("POST", "/api/search", 400, BadRequest, """{"query":""}"""),
        new("GET", "/api/search", 405, WrongMethod),

        // Access from elsewhere.
        new("GET", "/api/h5-access", 200, RemoteAccess),
        new("PUT", "/api/h5-access", 200, RemoteAccess, """{"disconnectGraceSeconds":60}"""),
        new("PUT", "/api/h5-access", 400, BadRequest, """{"fixedPort":0}"""),
        new("POST", "/api/h5-access/enable", 200, RemoteAccess),
        new("POST", "/api/h5-access/disable", 200, RemoteAccess),
        new("POST", "/api/h5-access/regenerate", 200, RemoteAccess),
        new("POST", "/api/h5-access/verify", 401, "UNAUTHORIZED"),
    ];

    public static TheoryData<ContractRow> Rows => new(All);
}
