using System.Diagnostics;
using System.Text.Json;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// A turn as telemetry sees it, from a person's message to its end: its times, and the root of its trace. The trace goes on in the worker,
/// and in the agent when the turn starts it. No text of the turn is in any of it.
/// </summary>
internal sealed class TurnSpan
{
    /// <summary>The name of the source of turns.</summary>
    public const string SourceName = "Sidecar.Turns";

    private static readonly ActivitySource Source = new(SourceName);

    private readonly TurnMetrics _metrics;
    private readonly long _beganAt;
    private bool _spoke;

    private TurnSpan(TurnMetrics metrics, Activity? activity) =>
        (_metrics, Activity, _beganAt) = (metrics, activity, metrics.Time.GetTimestamp());

    /// <summary>The span; null when nobody traces.</summary>
    public Activity? Activity { get; }

    /// <summary>Begins a trace of its own: the request of the socket lasts for as long as the client does.</summary>
    /// <param name="metrics">Where its times go.</param>
    /// <param name="sessionId">The session, as the conversation's id: an attribute of the span only.</param>
    public static TurnSpan Begin(TurnMetrics metrics, string sessionId)
    {
        var outer = Activity.Current;
        Activity.Current = null;
        try
        {
            var activity = Source.StartActivity("invoke_agent", ActivityKind.Internal);
            activity?.SetTag("gen_ai.operation.name", "invoke_agent");
            activity?.SetTag("gen_ai.provider.name", "anthropic");
            activity?.SetTag("gen_ai.conversation.id", sessionId);
            return new TurnSpan(metrics, activity);
        }
        finally
        {
            Activity.Current = outer;
        }
    }

    /// <summary>The agent has said something: its first output counts, and each time that it asks the model again.</summary>
    public void OnMessage(JsonElement message)
    {
        if (message.Is("type"u8, "system"u8))
        {
            if (message.Is("subtype"u8, "api_retry"u8) || message.Is("subtype"u8, "streaming_fallback"u8))
            {
                Note("retry");
            }
        }
        else if (!_spoke && (message.Is("type"u8, "stream_event"u8) || message.Is("type"u8, "assistant"u8)))
        {
            _spoke = true;
            _metrics.Spoke(_metrics.Time.GetElapsedTime(_beganAt));
            Note("first_output");
        }
    }

    /// <summary>Something that a turn waits for or that befalls it.</summary>
    public void Note(string what) => Activity?.AddEvent(new ActivityEvent(what));

    /// <summary>The turn has ended.</summary>
    public void End(MessageOutcome outcome)
    {
        _metrics.Ended(_metrics.Time.GetElapsedTime(_beganAt), outcome);
        Activity?.SetTag("sidecar.turn.outcome", TurnMetrics.Name(outcome));
        Activity?.SetStatus(outcome == MessageOutcome.Failed ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
        Activity?.Dispose();
    }
}
