using System.Diagnostics;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Telemetry;

/// <summary>A service whose thread pool is stalled: it says so itself, while nobody gets an answer from it.</summary>
public sealed class StalledPoolTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Pool_Stalled_ShowsInTheNextExportAndIsNotAlive()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var service = Start(receiver, out var http);
        using (http)
        {
            try
            {
                await WaitFor.True(() => IsAliveAsync(http), Deadline, "the service");
                await WaitFor.True(() => receiver.Metrics.Any(item => item.Metric.Name == "sidecar.scheduling.delay"), Deadline, "its scheduling delay");
                var before = LongestDelay(receiver);

                using (await http.PostAsync(new Uri("/starve", UriKind.Relative), content: null))
                {
                }

                await WaitFor.True(() => Overdue(receiver) > 1 && LongestDelay(receiver) > before + 1, Deadline, "the stall in what is exported");
                Assert.False(await IsAliveAsync(http));
            }
            finally
            {
                TestSignals.Kill(ProcFs.Find(service.Id) ?? default);
            }
        }
    }

    private static Process Start(OtlpReceiver receiver, out HttpClient http)
    {
        var port = LocalPort.Find();
        var start = RunningSystem.CleanStart(TestPrograms.SickService);
        start.ArgumentList.Add("--urls");
        start.ArgumentList.Add($"http://127.0.0.1:{port}");
        foreach (var (name, value) in receiver.Settings)
        {
            start.Environment[name] = value;
        }

        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(1) };
        return Process.Start(start)!;
    }

    private static async Task<bool> IsAliveAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/alive", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static double Overdue(OtlpReceiver receiver) => receiver.Metrics
        .Where(item => item.Metric.Name == "sidecar.scheduling.overdue")
        .SelectMany(item => item.Metric.Gauge?.Points ?? [])
        .Max(point => point.Double) ?? 0;

    private static double LongestDelay(OtlpReceiver receiver) => receiver.Metrics
        .Where(item => item.Metric.Name == "sidecar.scheduling.delay")
        .SelectMany(item => item.Metric.Histogram?.Points ?? [])
        .Max(point => point.Max);
}
