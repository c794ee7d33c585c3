using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Sidecar.Micro;

if (args is not [var folder, .. var options])
{
    Console.Error.WriteLine("usage: Micro <folder with transcripts> [--best]");
    return 2;
}

// Within this process: the corpus is loaded once, and no generated project has to meet the rules of this repository.
Corpus.Load(folder);
if (options is ["--best"])
{
    BestRounds.Run();
    return 0;
}

var config = ManualConfig.CreateEmpty()
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(10))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumn(TargetMethodColumn.Method, StatisticColumn.Mean, StatisticColumn.Min, StatisticColumn.StdDev, new ThroughputColumn())
    .AddColumnProvider(DefaultColumnProviders.Metrics)
    .AddLogger(ConsoleLogger.Default)
    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "sidecar-micro"));
BenchmarkRunner.Run<TranscriptBenchmarks>(config);
return 0;
