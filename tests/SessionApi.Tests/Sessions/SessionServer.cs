using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.SessionApi.Live;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Sessions;

/// <summary>
/// The server over a config directory of its own. Its sweeps are slow unless the test says otherwise: what a test sees at once is no sweep's doing.
/// </summary>
internal sealed class SessionServer(params (string Key, string Value)[] settings) : WebApplicationFactory<Program>
{
    public TranscriptHome Home { get; } = new();

    public RecordingLive Live { get; } = new();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("CLAUDE_CONFIG_DIR", Home.Config);
        builder.UseSetting("HOME", Home.Base);
        builder.UseSetting("Sidecar:Sessions:SweepInterval", "01:00:00");
        builder.UseSetting("Sidecar:Sessions:UnwatchedSweepInterval", "01:00:00");
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureServices(services => services
            .AddSingleton<ILiveSessionControl>(Live)
            .AddSingleton<IAgentAbsence>(Live));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            Home.Dispose();
        }
    }
}

/// <summary>Writes down what the live side is told.</summary>
internal sealed class RecordingLive : ILiveSessionControl, IAgentAbsence
{
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>What the deletion of a session begins with, if not with success.</summary>
    public Func<string, Exception?> FailureOf { get; set; } = _ => null;

    public Task BeginDeleteAsync(string sessionId, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"begin {sessionId}");
        return FailureOf(sessionId) is { } failure ? Task.FromException(failure) : Task.CompletedTask;
    }

    public Task<T> WithoutAgentAsync<T>(string sessionId, Func<Task<T>> step, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"without agent {sessionId}");
        return FailureOf(sessionId) is { } failure ? Task.FromException<T>(failure) : step();
    }

    public void CompleteDelete(string sessionId) => Calls.Enqueue($"complete {sessionId}");

    public void RollBackDelete(string sessionId) => Calls.Enqueue($"roll back {sessionId}");
}
