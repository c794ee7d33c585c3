using System.Runtime.InteropServices;
using System.Text.Json;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Live.Translation;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// Shows the clients what the agent says. What it says before its first message was given to it is start-up talk that would make an idle
/// session look busy; only its newest <c>init</c> is kept for when that message is given, and only runs of agents below it are shown at once, on
/// pages of their own. Under the session's gate.
/// </summary>
internal sealed class AgentOutput(LiveSession session)
{
    private readonly List<ReadOnlyMemory<byte>> _frames = [];
    private readonly List<ReadOnlyMemory<byte>> _held = [];

    /// <summary>A run begins.</summary>
    public void Begin() => _held.Clear();

    public void Show(AgentRun run, JsonElement message)
    {
        var isInit = message.Is("type"u8, "system"u8) && message.Is("subtype"u8, "init"u8);
        if (run.IsPrewarmed && !isInit && !AgentRuns.Speak(message))
        {
            return;
        }

        var isHeld = run.IsPrewarmed && isInit;
        var frames = isHeld ? _held : _frames;
        frames.Clear();
        session.Translator.Translate(message, frames);
        if (!isHeld && !session.Stop.Hides(message))
        {
            session.Broadcast(CollectionsMarshal.AsSpan(frames));
        }

        _frames.Clear(); // the last ones may be large
    }

    /// <summary>A message was given to the agent: what it says from here on is meant for people.</summary>
    public void Open(AgentRun run)
    {
        run.IsPrewarmed = false;
        session.Broadcast(CollectionsMarshal.AsSpan(_held));
        _held.Clear();
    }
}
