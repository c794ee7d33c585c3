using System.Text;
using Sidecar.Tests.FakeAgent;

if (args is ["--version"] or ["-v"])
{
    Console.WriteLine($"{TranscriptLines.Version} (Fake Agent)");
    return 0;
}

var settings = AgentSettings.FromEnvironment();
using var sigterm = Exits.OnSigterm(settings);
var (arguments, error) = AgentArguments.Parse(args);
if (error is not null)
{
    Console.Error.WriteLine(error);
    return 1;
}

var log = new LaunchLog(settings.LogFile);
log.Started(args, arguments.Resume);
await Task.Delay(settings.StartDelay, TimeProvider.System);

var url = arguments.SdkUrl;
var recent = new RecentMessages();
using var sdk = url is not null ? new SdkLink(url, recent) : null;
sdk?.Begin();
var output = new OutputWriter(Console.OpenStandardOutput(), sdk, recent);
var transcript = new Transcript(settings, arguments.SessionId);
if (!StartChecks.Pass(arguments, settings, output, transcript))
{
    await output.FlushAsync();
    return 1;
}

if (sdk is not null && !await sdk.TryConnectAsync())
{
    Console.Error.WriteLine($"FakeAgent: {url} does not let us in"); // token and all: so do programs in the wild
    return 1;
}

var agent = new Agent(arguments, settings, output, transcript);
agent.Start();
if (sdk is not null)
{
    return await new InputLoop(agent, log).RunAsync(sdk.ReadLineAsync);
}

using var stdin = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
return await new InputLoop(agent, log).RunAsync(() => ValueTask.FromResult(stdin.ReadLine())); // on this thread, which has nothing else to do
