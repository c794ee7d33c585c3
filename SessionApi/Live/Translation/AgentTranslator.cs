using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>
/// Turns what one session's agent writes into frames for its clients: once for each message, whatever the number of clients.
/// What it does not know passes without a frame. Not for concurrent use.
/// </summary>
internal sealed class AgentTranslator
{
    private readonly ModelOutput _output = new();
    private readonly TurnErrors _errors = new();
    private readonly LocalCommands _commands = new();
    private readonly AgentRuns _runs = new();

    /// <summary>Whether the turn has already shown an error of the model's API.</summary>
    public bool HasShownApiError => _errors.HasShownApiError;

    /// <summary>Adds the frames of one message to <paramref name="frames"/>.</summary>
    public void Translate(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        switch (message.Text("type"u8))
        {
            case "stream_event":
                _output.OnStreamEvent(message, frames);
                break;
            case "assistant" when TurnErrors.IsApiError(message):
                _errors.OnApiError(message, frames);
                break;
            case "assistant":
                _output.OnAssistant(message, frames);
                break;
            case "user":
                UserMessages.Translate(message, frames);
                _commands.OnUser(message, frames);
                break;
            case "system" when AgentRuns.Speak(message):
                _runs.Translate(message, frames);
                break;
            case "system" when message.Text("subtype"u8) is "local_command" or "local_command_output":
                _commands.OnSystem(message, frames);
                break;
            case "system":
                SystemMessages.Translate(message, frames);
                break;
        }
    }

    /// <summary>Adds the frames that end a turn: an error, unless it was shown, and <c>message_complete</c>.</summary>
    /// <param name="result">The agent's <c>result</c>.</param>
    /// <param name="wasStopped">A person stopped the turn: then its error is no news.</param>
    /// <param name="frames">Where the frames go.</param>
    public void TranslateResult(JsonElement result, bool wasStopped, List<ReadOnlyMemory<byte>> frames)
    {
        _errors.OnResult(result, wasStopped, frames);
        ForgetTurn();
    }

    /// <summary>Adds the error of a result that is no turn's end: of an agent that was not given any message yet.</summary>
    public void TranslateEarlyResult(JsonElement result, List<ReadOnlyMemory<byte>> frames) => _errors.OnEarlyResult(result, frames);

    /// <summary>Forgets what belongs to the turn that has ended.</summary>
    public void ForgetTurn()
    {
        _output.Clear();
        _errors.Clear();
        _commands.Clear();
    }

    /// <summary>The agent's process has ended: the frames that end the runs of agents below it.</summary>
    public List<ReadOnlyMemory<byte>> EndRuns() => _runs.End();
}
