namespace Sidecar.Tests.TestSupport.Fuzzing;

/// <summary>Lines as agent CLIs write them, one of each kind: what <see cref="FuzzInputs"/> breaks.</summary>
internal static class FuzzSamples
{
    /// <summary>On the link.</summary>
    public static readonly string[] AgentLines =
    [
        """{"type":"system","subtype":"init","session_id":"s","cwd":"/tmp","model":"m","permissionMode":"default","tools":["Bash"],"slash_commands":["a",{"name":"b","description":"c"}]}""",
        """{"type":"system","subtype":"status","status":"compacting","permissionMode":"plan"}""",
        """{"type":"system","subtype":"api_retry","attempt":1,"max_retries":10,"retry_delay_ms":500,"error_status":529,"error":"overloaded"}""",
        """{"type":"system","subtype":"task_started","task_id":"t","tool_use_id":"u","description":"d","task_type":"local_agent"}""",
        """{"type":"system","subtype":"task_progress","task_id":"t","usage":{"total_tokens":1,"tool_uses":2,"duration_ms":3},"last_tool_name":"Bash"}""",
        """{"type":"system","subtype":"task_notification","task_id":"t","status":"completed","summary":"s","output_file":"/tmp/o"}""",
        """{"type":"system","subtype":"compact_boundary","compact_metadata":{"trigger":"auto","pre_tokens":100}}""",
        """{"type":"system","subtype":"agent_tool_activity","agent_id":"a","tool_use_id":"u","phase":"start","tool_name":"Bash","input":{"command":"ls"}}""",
        """{"type":"system","subtype":"local_command_output","content":"<local-command-stdout>text</local-command-stdout>"}""",
        """{"type":"stream_event","event":{"type":"message_start","message":{"id":"m1","usage":{"input_tokens":1}}},"parent_tool_use_id":null}""",
        """{"type":"stream_event","event":{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"u","name":"Bash","input":{}}}}""",
        """{"type":"stream_event","event":{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}}""",
        """{"type":"stream_event","event":{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"hello"}}}""",
        """{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}}""",
        """{"type":"stream_event","event":{"type":"content_block_stop","index":0},"parent_tool_use_id":"u"}""",
        """{"type":"assistant","uuid":"x","message":{"id":"m1","role":"assistant","content":[{"type":"text","text":"hi"},{"type":"tool_use","id":"u","name":"Task","input":{"prompt":"p"}}],"usage":{"output_tokens":2}},"parent_tool_use_id":null}""",
        """{"type":"assistant","isApiErrorMessage":true,"error":"rate_limit","message":{"content":[{"type":"text","text":"API Error: 429 {\"error\":{\"type\":\"x\"}}"}]}}""",
        """{"type":"user","uuid":"y","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"u","content":[{"type":"text","text":"out"}],"is_error":true}]},"toolUseResult":{"stdout":"o","agentId":"a"}}""",
        """{"type":"user","isReplay":true,"uuid":"y","message":{"role":"user","content":"<command-name>/goal</command-name>"}}""",
        """{"type":"control_request","request_id":"r","request":{"subtype":"can_use_tool","tool_name":"Bash","tool_use_id":"u","input":{"command":"ls"},"permission_suggestions":[{"type":"addRules"}]}}""",
        """{"type":"control_cancel_request","request_id":"r"}""",
        """{"type":"control_response","response":{"subtype":"success","request_id":"r","response":{"a":1}}}""",
        """{"type":"command_lifecycle","state":"started","command_uuid":"y"}""",
        """{"type":"result","subtype":"success","is_error":false,"result":"done","usage":{"input_tokens":1,"output_tokens":2},"modelUsage":{"m":{"inputTokens":1}},"total_cost_usd":0.1}""",
        """{"type":"result","subtype":"error_during_execution","is_error":true,"errors":["e"],"usage":{}}""",
    ];

    /// <summary>In a transcript.</summary>
    public static readonly string[] TranscriptLines =
    [
        """{"type":"user","message":{"role":"user","content":"a prompt"},"uuid":"u1","parentUuid":null,"timestamp":"2026-04-01T10:00:00.000Z","cwd":"/w","isSidechain":false}""",
        """{"type":"user","isMeta":true,"message":{"role":"user","content":[{"type":"text","text":"caveat"}]},"uuid":"u2","timestamp":"2026-04-01T10:00:00+02:00"}""",
        """{"message":{"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"t"},{"type":"text","text":"answer"},{"type":"tool_use","id":"t1","name":"Task","input":{"prompt":"p"}}],"usage":{"input_tokens":1,"output_tokens":2}},"type":"assistant","uuid":"a1","parentUuid":"u1","timestamp":"2026-04-01T10:00:01.000Z"}""",
        """{"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"out"}]},"toolUseResult":{"stdout":"o"},"uuid":"r1","timestamp":"2026-04-01T10:00:02.000Z","isSidechain":true,"parent_tool_use_id":"t1"}""",
        """{"type":"user","message":{"role":"user","content":"<task-notification><task-id>b</task-id><status>completed</status><summary>s</summary></task-notification>"},"uuid":"n1"}""",
        """{"type":"system","subtype":"local_command","content":"<command-name>/goal</command-name><command-args>be good</command-args>","uuid":"s1"}""",
        """{"type":"session-meta","isMeta":true,"workDir":"/w","repository":{"a":1},"permissionMode":"plan","runtimeProviderId":"p","runtimeModelId":"m","effortLevel":"high","timestamp":"2026-04-01T10:00:00.000Z"}""",
        """{"type":"custom-title","customTitle":"A title","sessionId":"s"}""",
        """{"type":"ai-title","aiTitle":"A title","sessionId":"s"}""",
        """{"type":"worktree-state","worktreeSession":{"originalCwd":"/repo","worktreePath":"/repo/w"}}""",
        """{"type":"file-history-snapshot","messageId":"m","snapshot":{"messageId":"m","trackedFileBackups":{},"timestamp":"2026-04-01T10:00:00.000Z"},"isSnapshotUpdate":false}""",
        """{"type":"queue-operation","operation":"enqueue","content":"later"}""",
    ];
}
