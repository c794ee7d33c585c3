using System.Diagnostics;
using System.Text;
using Sidecar.Tests.SessionApi.Access.Fuzzing;
using Sidecar.Tests.SidecarWorker.Agents;
using Sidecar.Tests.TestSupport.Fuzzing;

namespace Sidecar.Benchmarks.Fuzzing;

/// <summary>What agents write, in this process: their output on its way to the clients, and their transcripts.</summary>
internal static class ReaderFuzz
{
    private const int LinesOfTranscript = 50;

    /// <summary>Lines through the readers of the worker, and their messages through the translation of one session.</summary>
    public static Task<FuzzReport> AgentLinesAsync(int inputs, int seed)
    {
        var report = new FuzzReport("agent lines", inputs, HeapMebibytes);
        var lines = new FuzzInputs(seed);
        var (worker, session) = (new OutputTarget(), new TranslatorTarget());
        while (report.TryNext(out _))
        {
            var line = lines.AgentLine();
            line.AsSpan().Replace((byte)'\n', (byte)' '); // lines were split before
            Take(report, () => worker.Take(line).ForEach(session.Translate), () => Encoding.UTF8.GetString(line));
        }

        return Task.FromResult(report.End());
    }

    /// <summary>Lines as transcripts of fifty.</summary>
    public static async Task<FuzzReport> TranscriptLinesAsync(string path, int inputs, int seed)
    {
        var report = new FuzzReport("transcript lines", inputs, HeapMebibytes);
        var lines = new FuzzInputs(seed);
        var transcript = new List<byte[]>();
        while (report.TryNext(out var number))
        {
            transcript.Add(lines.TranscriptLine());
            if (transcript.Count == LinesOfTranscript)
            {
                var started = Stopwatch.GetTimestamp();
                try
                {
                    await TranscriptTarget.ReadAsync(path, transcript);
                    report.Took(Stopwatch.GetElapsedTime(started), () => $"the transcript that ends with line {number}");
                }
                catch (Exception exception)
                {
                    report.Fault($"the transcript that ends with line {number}: {exception}");
                }

                transcript.Clear();
            }
        }

        return report.End();
    }

    private static void Take(FuzzReport report, Action take, Func<string> input)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            take();
            report.Took(Stopwatch.GetElapsedTime(started), input);
        }
        catch (Exception exception)
        {
            report.Fault($"{exception}: {input()}");
        }
    }

    private static double HeapMebibytes() => GC.GetTotalMemory(forceFullCollection: true) / 1024.0 / 1024.0;
}
