using System.Text;
using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>A message of the model while its pieces arrive.</summary>
/// <param name="id">The message's id; older agents send none.</param>
internal sealed class StreamedMessage(string? id)
{
    public string? Id => id;

    /// <summary>Whether any block has begun.</summary>
    public bool HasBlocks { get; set; }

    /// <summary>Tool uses whose input is not complete, by block index.</summary>
    public Dictionary<long, StreamedTool> OpenTools { get; } = [];
}

/// <summary>A tool use while the pieces of its input arrive.</summary>
internal sealed class StreamedTool(string id, string name)
{
    // Beyond this the whole input is taken from the message that follows; clients have the pieces anyway.
    private const int MaxInputLength = 16 * 1024 * 1024;

    private readonly StringBuilder _input = new();

    public string Id => id;

    public string Name => name;

    public void AddInput(string part)
    {
        if (_input.Length + part.Length <= MaxInputLength)
        {
            _input.Append(part);
        }
    }

    /// <summary>The whole input, or null while it is no complete JSON. A tool without input has <c>{}</c>.</summary>
    public JsonDocument? ParseInput()
    {
        try
        {
            return JsonDocument.Parse(_input.Length == 0 ? "{}" : _input.ToString(), new JsonDocumentOptions { MaxDepth = Frame.MaxDepth });
        }
        catch (JsonException)
        {
            return null; // the message that follows has it whole
        }
    }
}
