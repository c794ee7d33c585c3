using System.Diagnostics;
using System.Text;
using Sidecar.Benchmarks.Live;
using Sidecar.Tests.TestSupport.Fuzzing;

namespace Sidecar.Benchmarks.Fuzzing;

/// <summary>Requests against the running system, eight at a time.</summary>
internal static class RequestFuzz
{
    private const int Lanes = 8;

    public static async Task<FuzzReport> RunAsync(LiveSystem system, int inputs, int seed)
    {
        var report = new FuzzReport("requests", inputs, system.ResidentMebibytes);
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => SendAsync(system.Http, report, new FuzzInputs(seed + lane))));
        return report.End();
    }

    private static async Task SendAsync(HttpClient http, FuzzReport report, FuzzInputs inputs)
    {
        while (report.TryNext(out _))
        {
            var (method, path, body) = (inputs.Method, inputs.Path(), inputs.Body());
            string Input() => $"{method} {path} {Encoding.UTF8.GetString(body)}";
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method is "GET" or "HEAD" ? null : new ByteArrayContent(body) };
            var started = Stopwatch.GetTimestamp();
            try
            {
                using var response = await http.SendAsync(request);
                report.Took(Stopwatch.GetElapsedTime(started), Input);
                if ((int)response.StatusCode >= 500)
                {
                    report.Fault($"{(int)response.StatusCode}: {Input()}");
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                report.Fault($"{exception.Message}: {Input()}");
            }
        }
    }
}
