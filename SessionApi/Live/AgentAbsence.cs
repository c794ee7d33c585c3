using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary>Lets operations that rewrite a session's files run while no agent works on them.</summary>
internal interface IAgentAbsence
{
    /// <summary>
    /// Ends the session's turn and stops its agent, verifies that it is gone, and then runs the step. Messages that clients send meanwhile wait
    /// for the step's end.
    /// </summary>
    /// <exception cref="ApiErrorException">The agent could not be stopped, or nobody can tell whether it runs. The step was not run.</exception>
    Task<T> WithoutAgentAsync<T>(string sessionId, Func<Task<T>> step, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IAgentAbsence"/>
internal sealed class AgentAbsence(LiveSessionRegistry sessions, AgentRecovery recovery, WorkerClient worker) : IAgentAbsence
{
    /// <inheritdoc/>
    public async Task<T> WithoutAgentAsync<T>(string sessionId, Func<Task<T>> step, CancellationToken cancellationToken)
    {
        await recovery.WaitAsync(resumes: true, cancellationToken); // bounded by itself
        T? result = default;
        await sessions.AddStep(sessionId, async session =>
        {
            cancellationToken.ThrowIfCancellationRequested(); // the last moment at which nothing has happened
            await StopAsync(session);
            result = await step();
        });
        return result!;
    }

    private async Task StopAsync(LiveSession session)
    {
        if (session.Turns.Any)
        {
            session.Stop.Stop();
        }

        await session.Agent.StopAsync(force: false);
        var running = session.Agent.Current is not null;
        try
        {
            running |= await worker.FindRunningAsync(session.Id, CancellationToken.None) is not null;
        }
        catch (WorkerFailedException exception)
        {
            throw new ApiErrorException(ApiError.Unavailable($"Whether the session's agent runs cannot be told: {exception.Message}"));
        }

        if (running)
        {
            throw new ApiErrorException(ApiError.Conflict("The running agent could not be stopped; nothing was changed."));
        }
    }
}
