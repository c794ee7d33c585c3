using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts.Rewriting;

namespace Sidecar.Tests.RewriteProgram;

/// <summary>Says that a step is reached, and stands still there.</summary>
internal sealed class StandingSteps(RewriteStep step, int count) : RewriteSteps
{
    private int _left = count;

    public override void Reached(RewriteStep reached)
    {
        if (reached == step && --_left == 0)
        {
            Console.WriteLine("reached");
            Console.Read(); // nothing ever comes; the input ends with the test
        }
    }
}

/// <summary>There is no worker here, and so no agent.</summary>
internal sealed class NoAgent : IAgentAbsence
{
    public Task<T> WithoutAgentAsync<T>(string sessionId, Func<Task<T>> step, CancellationToken cancellationToken) => step();
}
