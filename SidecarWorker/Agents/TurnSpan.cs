using System.Diagnostics;
using Sidecar.Contracts;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>
/// What the CLI does with a turn, as a span: from the message that begins it to its result. It is part of the trace of whoever sent the message.
/// One call at a time.
/// </summary>
internal sealed class TurnSpan
{
    /// <summary>The name of the source of the agents' turns.</summary>
    public const string SourceName = "Sidecar.Agents";

    private static readonly ActivitySource Source = new(SourceName);

    private readonly Lock _gate = new();
    private Activity? _turn;

    /// <summary>A message for the agent was accepted, in the trace of its request.</summary>
    public void OnInput(AgentInputTaken input)
    {
        lock (_gate)
        {
            if (input.Type == "user" && _turn is null)
            {
                var request = Activity.Current;
                _turn = Source.StartActivity("agent turn", ActivityKind.Client, request?.Context ?? default);
                Activity.Current = request;
            }
            else if (input.Type == "control_response")
            {
                _turn?.AddEvent(new ActivityEvent("permission_answered"));
            }
            else if (input.Subtype == "interrupt")
            {
                _turn?.AddEvent(new ActivityEvent("interrupt"));
            }
        }
    }

    /// <summary>The agent wrote a message.</summary>
    public void OnMessage(in MessageHead head)
    {
        if (head.Type is not ("result" or "control_request"))
        {
            return;
        }

        lock (_gate)
        {
            if (head.Type == "control_request")
            {
                _turn?.AddEvent(new ActivityEvent("permission_requested"));
                return;
            }

            _turn?.SetStatus(head.Subtype == "success" ? ActivityStatusCode.Ok : ActivityStatusCode.Error, head.Subtype);
            End();
        }
    }

    /// <summary>The run is over.</summary>
    public void OnExited(AgentExitCause cause)
    {
        lock (_gate)
        {
            _turn?.SetStatus(ActivityStatusCode.Error, $"The agent's run is over: {cause}.");
            End();
        }
    }

    private void End()
    {
        _turn?.Dispose();
        _turn = null;
    }
}
