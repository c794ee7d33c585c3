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

var output = new OutputWriter(Console.OpenStandardOutput());
var transcript = new Transcript(settings, arguments.SessionId);
if (!StartChecks.Pass(arguments, settings, output, transcript))
{
    return 1;
}

var agent = new Agent(arguments, settings, output, transcript);
agent.Start();
using var stdin = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
return await new InputLoop(agent, log).RunAsync(stdin);
