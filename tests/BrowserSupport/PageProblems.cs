using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Sidecar.Tests.BrowserSupport;

/// <summary>What a page logged as errors, threw, and tried against its content security policy.</summary>
public sealed class PageProblems
{
    private const int Most = 100;

    // The browser logs a violation too, but not each.
    private const string Watch =
        "addEventListener('securitypolicyviolation', event => console.error(`Content security policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`))";

    private readonly Lock _gate = new();
    private readonly List<string> _seen = [];
    private readonly List<Regex> _expected = [];

    private PageProblems()
    {
    }

    /// <summary>Those that nobody expected.</summary>
    public IReadOnlyList<string> Unexpected
    {
        get
        {
            lock (_gate)
            {
                return [.. _seen.Where(problem => !_expected.Any(expected => expected.IsMatch(problem)))];
            }
        }
    }

    /// <summary>Begins to watch every page of a context that is opened from now on.</summary>
    public static async Task<PageProblems> WatchAsync(IBrowserContext context)
    {
        var problems = new PageProblems();
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "assert")
            {
                problems.Add($"{message.Text} ({message.Location})");
            }
        };
        context.WebError += (_, error) => problems.Add(error.Error);
        await context.AddInitScriptAsync(Watch);
        return problems;
    }

    /// <summary>Problems that contain what fits are expected, those that were seen already as well.</summary>
    public void Expect(Regex fits)
    {
        lock (_gate)
        {
            _expected.Add(fits);
        }
    }

    private void Add(string problem)
    {
        lock (_gate)
        {
            if (_seen.Count < Most)
            {
                _seen.Add(problem);
            }
        }
    }
}
