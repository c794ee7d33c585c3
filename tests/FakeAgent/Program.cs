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
var output = new OutputWriter(sdk ?? Console.OpenStandardOutput(), recent);
var transcript = new Transcript(settings, arguments.SessionId);
if (!StartChecks.Pass(arguments, settings, output, transcript))
{
    return 1;
}

if (sdk?.TryConnect() == false)
{
    Console.Error.WriteLine($"FakeAgent: {url} does not let us in"); // token and all: so do programs in the wild
    return 1;
}

var agent = new Agent(arguments, settings, output, transcript);
agent.Start();
if (sdk is not null)
{
    return await new InputLoop(agent, log).RunAsync(sdk.ReadLine);
}

using var stdin = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
return await new InputLoop(agent, log).RunAsync(stdin.ReadLine);
