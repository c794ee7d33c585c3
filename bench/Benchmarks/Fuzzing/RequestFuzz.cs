using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Sidecar.Benchmarks.Live;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.TestSupport.Fuzzing;

namespace Sidecar.Benchmarks.Fuzzing;

/// <summary>Requests against the running system, eight at a time: most of them to routes that there are, with values that may be good, odd or broken.</summary>
internal static class RequestFuzz
{
    private const int Lanes = 8;
    private const int KnownSessions = 20;

    public static async Task<FuzzReport> RunAsync(LiveSystem system, int inputs, int seed)
    {
        var report = new FuzzReport("requests", inputs, system.ResidentMebibytes);
        var routes = await FuzzRoutes.ReadAsync(system.Http);
        var sessions = new List<Session>();
        for (var i = 0; i < KnownSessions; i++)
        {
            sessions.Add(await system.Running.CreateSessionAsync());
        }

        var answers = new ConcurrentDictionary<int, int>();
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => SendAsync(system.Http, report, new FuzzInputs(seed + lane), routes, sessions, answers)));
        Console.WriteLine($"answers: {string.Join(", ", answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Key} {answer.Value:N0}"))}");
        return report.End();
    }

    private static async Task SendAsync(
        HttpClient http, FuzzReport report, FuzzInputs inputs, IReadOnlyList<FuzzRoute> routes, List<Session> sessions, ConcurrentDictionary<int, int> answers)
    {
        List<string> known = [.. sessions.Select(session => session.Id), .. sessions.Select(session => session.WorkDir)];
        while (report.TryNext(out _))
        {
            var route = inputs.OneIn(8) ? new FuzzRoute(inputs.Method, inputs.Path(), []) : inputs.Of(routes);
            var (method, path) = (route.Method, inputs.OneIn(8) ? route.Path : inputs.Path(route.Path, route.Query, known));
            var session = inputs.Of(sessions);
            var body = inputs.Body(session.Id, session.WorkDir);
            string Input() => $"{method} {path} {Encoding.UTF8.GetString(body)}";
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method is "GET" or "HEAD" ? null : new ByteArrayContent(body) };
            var started = Stopwatch.GetTimestamp();
            try
            {
                using var response = await http.SendAsync(request);
                report.Took(Stopwatch.GetElapsedTime(started), Input);
                answers.AddOrUpdate((int)response.StatusCode, 1, static (_, count) => count + 1);
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
