using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Inspection;

/// <summary>
/// Adds up the tokens of messages. A message of several blocks is written as several lines with one id, each with the usage so far: the last
/// one counts.
/// </summary>
internal sealed class TokenSum
{
    private string? _message;
    private TokenCounts _last;
    private TokenCounts _closed;

    public TokenCounts Total => _closed + _last;

    public void Add(ReadOnlySpan<byte> line, in MessageMembers message)
    {
        if (!message.Usage.IsPresent || line[message.Usage.Start] != '{')
        {
            return;
        }

        var id = message.Id.Text(line);
        if (id is null || id != _message)
        {
            _closed += _last;
        }

        (_message, _last) = (id, TokenCounts.Of(line, message.Usage));
    }
}
