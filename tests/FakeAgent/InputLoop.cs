using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Sidecar.Tests.FakeAgent;

/// <summary>Reads stdin, or the socket, to its end. Answers control requests at once and lines user messages up for the turns.</summary>
internal sealed class InputLoop(Agent agent, LaunchLog log)
{
    // Unbounded on purpose: the double takes what a test sends it, and a test is short.
    private readonly Channel<UserInput> _prompts = Channel.CreateUnbounded<UserInput>();
    private readonly ControlRequests _controls = new(agent);
    private readonly HashSet<string> _known = [];

    /// <summary>Runs until the input has ended and the turns are done; the exit code is the result.</summary>
    public async Task<int> RunAsync(Func<ValueTask<string?>> readLineAsync)
    {
        var turns = Task.Run(RunTurnsAsync);
        while (await readLineAsync() is { } line)
        {
            log.Received(line);
            if (line.Length > 0 && !Take(line))
            {
                return 1;
            }
        }

        _prompts.Writer.Complete();
        agent.Permissions.Close();
        await turns;
        await agent.Output.FlushAsync();
        await Exits.LingerAsync();
        return 0;
    }

    private bool Take(string line)
    {
        JsonObject message;
        try
        {
            message = JsonNode.Parse(line)!.AsObject();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            Console.Error.WriteLine($"Error parsing streaming input line: {line}");
            return false;
        }

        switch (message.Text("type"))
        {
            case "user":
                Queue(UserInput.Read(message));
                break;
            case "control_request":
                _controls.Answer(message);
                break;
            case "control_response":
                agent.Output.WriteLine(message); // the real CLI echoes it
                agent.Permissions.Resolve(message);
                break;
        }

        return true;
    }

    private void Queue(UserInput input)
    {
        if (!_known.Add(input.Uuid))
        {
            return; // a server that could not know whether it had arrived sent it again
        }

        if (agent.Settings.Crash == "after-first-user")
        {
            Exits.Crash(1, "FakeAgent: told to crash after the first user message");
        }

        agent.Lines.QueueOperation("enqueue", input.Text);
        agent.EmitLifecycle(input.Uuid, "queued");
        _prompts.Writer.TryWrite(input);
    }

    private async Task RunTurnsAsync()
    {
        try
        {
            await foreach (var input in _prompts.Reader.ReadAllAsync())
            {
                await new TurnRunner(agent).RunAsync(input);
            }
        }
        catch (Exception e)
        {
            await agent.Output.FlushAsync();
            // A mistake in a prompt or in this program: say so and end, or the test would wait for nothing.
            Exits.Crash(70, $"FakeAgent failed: {e}");
        }
    }
}
