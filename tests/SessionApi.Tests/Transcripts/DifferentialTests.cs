using Sidecar.Tests.TestSupport;
using Sidecar.Tests.TestSupport.Churn;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class DifferentialTests
{
    /// <summary>Long runs with other seeds: see bench/RESULTS.md.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public Task List_AfterRandomChangesAndRestarts_EqualsAParseFromScratch(int seed) =>
        new DifferentialRun(TestPrograms.SessionApi, seed, stepsBetweenChecks: 15).RunAsync(steps: 60);
}
