using Sidecar.Benchmarks;
using Sidecar.Benchmarks.Fuzzing;
using Sidecar.Benchmarks.Killing;
using Sidecar.Benchmarks.Live;
using Sidecar.Benchmarks.Live.Soak;
using Sidecar.Benchmarks.Pages;
using Sidecar.Benchmarks.Running;

// Each run starts the real program, measures from outside and prints a table row. See bench/RESULTS.md.
return args switch
{
    ["list", var program, var corpus] => await ListRun.RunAsync(program, corpus),
    ["fresh", var program, var corpus] => await FreshRun.RunAsync(program, corpus),
    ["differential", var program, .. var options] => await DifferentialBench.RunAsync(Full(program), Number(options, "--steps", 5000), Number(options, "--seed", 1)),
    ["messages", var program, .. var options] => await MessagesRun.RunAsync(Full(program), Number(options, "--megabytes", 1000)),
    ["throughput", var program, var corpus] => await ThroughputRun.RunAsync(program, corpus),
    ["memory", var program, var corpus] => await MemoryRun.RunAsync(program, corpus),
    ["search", var program, var corpus] => await SearchRun.RunAsync(Full(program), Full(corpus)),
    [BareKestrel.Command, var url, var bytes] => await BareKestrel.RunAsync(url, int.Parse(bytes, null)),
    ["kill", var appHost, var fakeAgent, .. var options] => await KillRun.RunAsync(Full(appHost), Full(fakeAgent), Number(options, "--rounds", 100)),
    ["busy", var appHost, .. var options] => await BusyRun.RunAsync(Full(appHost), TimeSpan.FromSeconds(Number(options, "--seconds", 60))),
    ["hang", var appHost, var sickService, .. var options] => await HangRun.RunAsync(Full(appHost), Full(sickService), Number(options, "--rounds", 20)),
    ["crashloop", var appHost] => await CrashLoopRun.RunAsync(Full(appHost)),
    ["soak", var appHost, var fakeAgent, .. var options] => await SoakRun.RunAsync(
        Full(appHost), Full(fakeAgent), Number(options, "--sessions", 200), TimeSpan.FromMinutes(Number(options, "--minutes", 30)), Number(options, "--seed", 1), options.Contains("--plain")),
    ["fanout", var appHost, var fakeAgent, .. var options] => await FanOutRun.RunAsync(
        Full(appHost), Full(fakeAgent), Number(options, "--sessions", 200), Number(options, "--seconds", 20)),
    ["telemetry", var appHost, var fakeAgent, var corpus, .. var options] => await TelemetryRun.RunAsync(
        Full(appHost), Full(fakeAgent), Full(corpus), Number(options, "--sessions", 50)),
    ["latency", var appHost, var fakeAgent, .. var options] => await LatencyRun.RunAsync(
        Full(appHost), Full(fakeAgent), Number(options, "--turns", 100), Number(options, "--pause", 50)),
    ["kill-midturn", var appHost, var fakeAgent, .. var options] => await KillMidTurnRun.RunAsync(
        Full(appHost), Full(fakeAgent), Number(options, "--rounds", 9), options.Contains("--plain")),
    ["sockets", var appHost, .. var options] => await SocketsRun.RunAsync(Full(appHost), Number(options, "--count", 5000)),
    ["churn", var appHost, .. var options] => await ChurnRun.RunAsync(Full(appHost), Number(options, "--count", 5000)),
    ["ui", var appHost, var fakeAgent, var corpus, .. var options] => await UiRun.RunAsync(Full(appHost), Full(fakeAgent), corpus, Number(options, "--rounds", 5)),
    ["page", var appHost, var corpus, .. var options] => await PageRun.RunAsync(Full(appHost), Full(corpus), Number(options, "--rounds", 15)),
    ["page-heap", var appHost, var fakeAgent, .. var options] => await PageHeapRun.RunAsync(
        Full(appHost), Full(fakeAgent), TimeSpan.FromMinutes(Number(options, "--minutes", 30))),
    ["fuzz", var program, .. var options] => await FuzzRun.RunAsync(Full(program), Number(options, "--inputs", 1_000_000), Number(options, "--seed", Environment.TickCount)),
    [Load.Command, var threads, var seconds] => Load.Run(int.Parse(threads, null), TimeSpan.FromSeconds(int.Parse(seconds, null))),
    _ => Usage(),
};

// The programs are started in folders of their own.
static string Full(string path) => Path.GetFullPath(path);

static int Number(string[] options, string name, int otherwise) =>
    Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? int.Parse(options[at + 1], null) : otherwise;

static int Usage()
{
    Console.Error.WriteLine("usage: list <path of SessionApi> <corpus folder with manifest.json>");
    Console.Error.WriteLine("       fresh <path of SessionApi> <corpus folder>");
    Console.Error.WriteLine("       differential <path of SessionApi> [--steps 5000] [--seed 1]");
    Console.Error.WriteLine("       messages <path of SessionApi> [--megabytes 1000]");
    Console.Error.WriteLine("       throughput <path of SessionApi> <corpus folder>");
    Console.Error.WriteLine("       memory <path of SessionApi> <corpus folder>");
    Console.Error.WriteLine("       search <path of SessionApi> <corpus folder with manifest.json>");
    Console.Error.WriteLine("       kill <path of AppHost> <path of FakeAgent> [--rounds 100]");
    Console.Error.WriteLine("       busy <path of AppHost> [--seconds 60]");
    Console.Error.WriteLine("       hang <path of AppHost> <path of SickService> [--rounds 20]");
    Console.Error.WriteLine("       crashloop <path of AppHost>");
    Console.Error.WriteLine("       soak <path of AppHost> <path of FakeAgent> [--sessions 200] [--minutes 30] [--seed 1] [--plain]");
    Console.Error.WriteLine("       fanout <path of AppHost> <path of FakeAgent> [--sessions 200] [--seconds 20]");
    Console.Error.WriteLine("       telemetry <path of AppHost> <path of FakeAgent> <corpus folder> [--sessions 50]");
    Console.Error.WriteLine("       latency <path of AppHost> <path of FakeAgent> [--turns 100] [--pause 50]");
    Console.Error.WriteLine("       kill-midturn <path of AppHost> <path of FakeAgent> [--rounds 9] [--plain]");
    Console.Error.WriteLine("       sockets <path of AppHost> [--count 5000]");
    Console.Error.WriteLine("       churn <path of AppHost> [--count 5000]");
    Console.Error.WriteLine("       ui <path of AppHost> <path of FakeAgent> <corpus folder> [--rounds 5]");
    Console.Error.WriteLine("       page <path of AppHost> <corpus folder> [--rounds 15]");
    Console.Error.WriteLine("       page-heap <path of AppHost> <path of FakeAgent> [--minutes 30]");
    Console.Error.WriteLine("       fuzz <path of AppHost> [--inputs 1000000] [--seed <any>]");
    return 2;
}
