using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The reasons for which the real CLI gives up before it reads anything.</summary>
internal static class StartChecks
{
    /// <summary>True when the session can start; otherwise everything there is to say has been written.</summary>
    public static bool Pass(AgentArguments arguments, AgentSettings settings, OutputWriter output, Transcript transcript)
    {
        if (settings.Crash == "before-init")
        {
            return Refuse("FakeAgent: told to crash before init");
        }

        if (settings.NeedsLogin)
        {
            return Refuse("Invalid API key · Please run /login");
        }

        if (File.Exists(Path.Combine(settings.ConfigRoot, ".lock", arguments.SessionId)))
        {
            return Refuse($"Error: Session ID {arguments.SessionId} is already in use.");
        }

        if (!arguments.Resume)
        {
            return !transcript.Exists || Refuse($"Error: Session ID {arguments.SessionId} is already in use.");
        }

        if (transcript.Load())
        {
            return true;
        }

        var text = $"No conversation found with session ID: {arguments.SessionId}";
        var result = new TurnResult("error_during_execution", IsError: true, Text: null, NumTurns: 0)
            .ToMessage(0, 0, new TurnUsage(0, 0, 0), arguments.Model);
        result["errors"] = new JsonArray(text);
        result["session_id"] = arguments.SessionId;
        result["uuid"] = Guid.NewGuid().ToString();
        output.WriteLine(result);
        return Refuse(text);
    }

    private static bool Refuse(string reason)
    {
        Console.Error.WriteLine(reason);
        return false;
    }
}
