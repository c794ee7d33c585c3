namespace Sidecar.Tests.SessionApi.Contract;

/// <summary>Shapes that several rows have.</summary>
internal static class ContractShapes
{
    public const string Ok = """{"ok":"boolean"}""";

    public const string Message =
        """
        {"id":"string","type":"string","content":"any","timestamp":"string","toolUseResult?":"any","model?":"string","usage?":"object",
         "parentUuid?":"string|null","parentToolUseId?":"string","isSidechain?":"boolean","cwd?":"string"}
        """;

    public const string Messages = $$"""{"messages":[{{Message}}],"taskNotifications":"array"}""";

    public const string Row =
        """
        {"id":"string","title":"string","createdAt":"string","modifiedAt":"string","messageCount":"number","projectPath":"string",
         "projectRoot":"string|null","workDir":"string|null","workDirExists":"boolean","workspaceState":"string","permissionMode?":"string",
         "runtimeProviderId?":"string|null","runtimeModelId?":"string","effortLevel?":"string"}
        """;

    public const string List =
        $$$"""
        {"sessions":[{{{Row}}}],"total":"number",
         "index":{"mode":"string","state":"string","discovered":"number","indexed":"number","degradedSources":"number","databaseBytes":"number",
                  "walBytes":"number","lastUpdatedAt":"string|null","lastErrorCode":"string|null"}}
        """;

    public const string Detail =
        $$"""
        {"id":"string","title":"string","createdAt":"string","modifiedAt":"string","messageCount":"number","projectPath":"string",
         "projectRoot":"string|null","workDir":"string|null","workDirExists":"boolean","workspaceState":"string","messages":[{{Message}}]}
        """;

    public const string Model = """{"id":"string","name":"string","description":"string","context":"string"}""";

    public const string DesktopPreferences =
        """
        {"schemaVersion":"number",
         "sidebar":{"projectOrder":["string"],"pinnedProjects":["string"],"hiddenProjects":["string"],"projectOrganization":"string","projectSortBy":"string"},
         "profile":{"displayName":"string","subtitle":"string","avatarFile":"string|null","avatarUpdatedAt":"string|null"},
         "pet":{"enabled":"boolean","selectedPetId":"string","size":"number","showTaskPanel":"boolean","collapsed":"boolean","motionEnabled":"boolean",
                "lastSessionId":"string|null"},
         "projectDisplayNames":"object"}
        """;

    public const string PreferencesChanged = $$"""{"ok":"boolean","preferences":{{DesktopPreferences}}}""";

    public const string RepositoryContext =
        """
        {"state":"string","workDir":"string","repoRoot":"string|null","repoName":"string|null","currentBranch":"string|null",
         "defaultBranch":"string|null","headCommit?":"string|null","dirty":"boolean","branches":"array","worktrees":"array","error?":"any"}
        """;

    public const string WorkspaceEntry = """{"name":"string","path":"string","isDirectory":"boolean"}""";

    public const string Folder =
        """
        {"currentPath":"string","parentPath":"string|null","entries":[{"name":"string","path":"string","isDirectory":"boolean"}]}
        """;

    public const string Queued = """{"messageId":"string","status":"string"}""";

    public const string Activity = """{"state":"string","activityState":"string"}""";

    public const string InspectionView =
        """
        {"active":"boolean",
         "status":{"sessionId":"string","workDir":"string","permissionMode":"string","version?":"string","cwd":"string","model?":"string",
                   "apiKeySource?":"string","outputStyle?":"string","tools":["string"],"mcpServers":["object"],"slashCommandCount":"number","skillCount":"number"},
         "errors":{"usage?":"string","context?":"string"},"usage?":"object","context?":"object"}
        """;

    public const string Rewind =
        """
        {"target":{"targetUserMessageId":"string","userMessageIndex":"number","userMessageCount":"number"},
         "conversation":{"messagesRemoved":"number","removedMessageIds?":["string"]},
         "code":{"available":"boolean","reason?":"string","filesChanged":"array","insertions":"number","deletions":"number"},
         "restoreAvailable":"boolean","unverifiedChangeSources":["string"],"mode?":"string"}
        """;

    public const string RemoteAccess =
        """
        {"settings":{"enabled":"boolean","token":"string|null","tokenPreview":"string|null","allowedOrigins":["string"],"publicBaseUrl":"string|null",
                     "fixedPort":"number|null","disconnectGraceSeconds":"number|null"},
         "diagnostics":"object"}
        """;
}
