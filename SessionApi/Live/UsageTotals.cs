using System.Text.Json;
using Sidecar.SessionApi.Live.Agents;

namespace Sidecar.SessionApi.Live;

/// <summary>What all turns together have used since this process began, by the results that passed.</summary>
internal sealed class UsageTotals
{
    private readonly Lock _gate = new();
    private UsageTotal _total = new(0, 0, 0);

    public UsageTotal Now
    {
        get
        {
            lock (_gate)
            {
                return _total;
            }
        }
    }

    /// <summary>Takes a result. Its tokens are those of its turn, its cost is that of the whole run.</summary>
    /// <param name="run">Whose result it is.</param>
    /// <param name="result">The agent's <c>result</c>.</param>
    /// <param name="isPast">It was counted by an earlier life of this process; only the run's cost is noted.</param>
    public void Add(AgentRun run, JsonElement result, bool isPast)
    {
        var usage = result.Member("usage"u8);
        var cost = result.Member("total_cost_usd"u8) is { ValueKind: JsonValueKind.Number } said && said.TryGetDouble(out var dollars)
            ? dollars
            : run.ReportedCost;
        lock (_gate)
        {
            if (!isPast)
            {
                _total = new UsageTotal(
                    _total.TotalInputTokens + (usage.Number("input_tokens"u8) ?? 0),
                    _total.TotalOutputTokens + (usage.Number("output_tokens"u8) ?? 0),
                    _total.TotalCost + Math.Max(0, cost - run.ReportedCost));
            }

            run.ReportedCost = cost;
        }
    }
}

/// <param name="TotalInputTokens">Tokens that were sent and not read from a cache.</param>
/// <param name="TotalOutputTokens">Tokens that models wrote.</param>
/// <param name="TotalCost">Dollars.</param>
internal sealed record UsageTotal(long TotalInputTokens, long TotalOutputTokens, double TotalCost);
