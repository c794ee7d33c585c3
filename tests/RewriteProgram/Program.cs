using System.Text.Json;
using Sidecar.SessionApi.History;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Rewriting;
using Sidecar.Tests.RewriteProgram;

// RewriteProgram <clear|rewind|branch> <session> <message> <step> <count>: does it in a process of its own, on the files of CLAUDE_CONFIG_DIR, and
// stands still when it has reached the step for that time, so that it can be killed there.
var (operation, session, message) = (args[0], args[1], args[2]);
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.AddTranscripts();
builder.AddHistory();
builder.Services.AddSingleton<IAgentAbsence, NoAgent>();
builder.Services.AddSingleton<RewriteSteps>(new StandingSteps(Enum.Parse<RewriteStep>(args[3]), int.Parse(args[4], null)));
await using var app = builder.Build();
switch (operation)
{
    case "clear":
        await app.Services.GetRequiredService<TranscriptStore>().ClearAsync(session, uuid: null, CancellationToken.None);
        break;
    case "rewind":
        using (var body = JsonDocument.Parse($$"""{"targetUserMessageId":"{{message}}"}"""))
        {
            await app.Services.GetRequiredService<SessionRewind>().RunAsync(session, RewindRequest.Of(body.RootElement), CancellationToken.None);
        }

        break;
    default:
        await app.Services.GetRequiredService<SessionBranch>().RunAsync(session, message, title: null, CancellationToken.None);
        break;
}

Console.WriteLine("done");
