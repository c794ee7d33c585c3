using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// What is measured of turns, under the names of the OpenTelemetry conventions for generative AI
/// (https://github.com/open-telemetry/semantic-conventions-genai). A turn is one <c>invoke_agent</c> operation.
/// </summary>
internal sealed class TurnMetrics
{
    public const string MeterName = "Sidecar.Turns";

    private static readonly KeyValuePair<string, object?> Operation = new("gen_ai.operation.name", "invoke_agent");
    private static readonly KeyValuePair<string, object?> Provider = new("gen_ai.provider.name", "anthropic");

    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstOutput;
    private readonly Histogram<long> _tokens;

    public TurnMetrics(IMeterFactory meters, TimeProvider time)
    {
        Time = time;
        var meter = meters.Create(MeterName);
        // The boundaries that the conventions advise, and three more: turns take minutes.
        var seconds = new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 655.36, 2621.44],
        };
        var tokens = new InstrumentAdvice<long>
        {
            HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
        };
        _duration = meter.CreateHistogram(
            "gen_ai.client.operation.duration", "s", "Time from a person's message until its turn ended, waits for permissions included.", advice: seconds);
        _firstOutput = meter.CreateHistogram(
            "gen_ai.client.operation.time_to_first_chunk", "s", "Time from a person's message until the agent's first output, its start included.", advice: seconds);
        _tokens = meter.CreateHistogram(
            "gen_ai.client.token.usage",
            "{token}",
            "Tokens of a turn, by type; those read from a cache are not counted.",
            advice: tokens);
    }

    public TimeProvider Time { get; }

    public void Spoke(TimeSpan after) => _firstOutput.Record(after.TotalSeconds, Operation, Provider);

    public void Ended(TimeSpan after, MessageOutcome outcome)
    {
        var tags = new TagList { Operation, Provider, { "sidecar.turn.outcome", Name(outcome) } };
        if (outcome == MessageOutcome.Failed)
        {
            tags.Add("error.type", "_OTHER");
        }

        _duration.Record(after.TotalSeconds, tags);
    }

    /// <param name="usage">The <c>usage</c> of a result.</param>
    public void Used(JsonElement usage)
    {
        Used("input", usage.Number("input_tokens"u8));
        Used("output", usage.Number("output_tokens"u8));
    }

    internal static string Name(MessageOutcome outcome) => outcome switch
    {
        MessageOutcome.Completed => "completed",
        MessageOutcome.Failed => "failed",
        _ => "stopped",
    };

    private void Used(string type, long? tokens)
    {
        if (tokens is { } count)
        {
            _tokens.Record(count, Operation, Provider, new("gen_ai.token.type", type));
        }
    }
}
