using Sidecar.SessionApi.Live.Agents;

namespace Sidecar.SessionApi.Live;

/// <summary>Stops what the agent runs in the background. A stop that fails is told to all clients, also to those that come later.</summary>
internal sealed class TaskStops(LiveSession session)
{
    /// <summary>Stops one task because a client asked for it.</summary>
    public void Stop(string task) => _ = StopAsync(session.Agent.Current, task);

    /// <summary>Stops the agents among the tasks. Under the session's gate.</summary>
    public void StopAgents(AgentRun run)
    {
        foreach (var task in session.BackgroundTasks.RunningAgents)
        {
            _ = StopAsync(run, task);
        }
    }

    private async Task StopAsync(AgentRun? run, string task)
    {
        var failure = run is null
            ? "The agent is not running."
            : await session.Controls.SendAsync(
                session.Agent, run, "stop_task", json => json.WriteString("task_id"u8, task), session.Services.Options.TaskStopTimeout);
        if (failure is null)
        {
            return;
        }

        lock (session.Gate)
        {
            if (session.Agent.Current != run)
            {
                return; // its process has ended, and the task with it
            }

            var frame = Frame.BackgroundTaskStopFailed(task, failure);
            if (run is not null)
            {
                session.BackgroundTasks.AddFailedStop(task, frame);
            }

            session.Broadcast(frame);
        }
    }
}
