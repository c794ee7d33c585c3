using System.Security.Cryptography;
using System.Text;
using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SessionApi.Live.Resuming;

/// <summary>How the turn of a message ended.</summary>
internal enum MessageOutcome
{
    /// <summary>The agent answered.</summary>
    Completed,

    /// <summary>It could not be given to the agent, or the agent ended or answered with an error.</summary>
    Failed,

    /// <summary>A person stopped it.</summary>
    Stopped,
}

/// <summary>
/// The messages that clients gave ids of their own: one that is sent again, because its client does not know whether it arrived, runs nothing
/// twice. A message that never reached the agent is forgotten, so that it may be sent again. Under the session's gate.
/// </summary>
/// <param name="capacity">How many are remembered; of those whose turn has ended the oldest is forgotten first.</param>
/// <param name="total">Counts them over all sessions.</param>
internal sealed class MessageReceipts(int capacity, Bound total)
{
    private readonly OrderedDictionary<string, Turn> _turns = new(capacity: 0, StringComparer.Ordinal);

    public int Count => _turns.Count;

    /// <summary>
    /// The uuid under which a message goes to the agent. It follows from the session and the client's id, so every life of this process knows
    /// a message again by what the agent and its transcript say (RFC 9562, section 5.8).
    /// </summary>
    public static string UuidOf(string sessionId, string clientId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{sessionId}/{clientId}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }

    /// <summary>The turn of a message, open or ended; null when it is not known.</summary>
    public Turn? Find(string clientId) => _turns.GetValueOrDefault(clientId);

    /// <summary>Remembers a message and its turn.</summary>
    public void Add(Turn turn)
    {
        if (turn.ClientId is not { } clientId || !_turns.TryAdd(clientId, turn))
        {
            return;
        }

        total.Add(1);
        if (_turns.Count > capacity)
        {
            Forget(_turns.FirstOrDefault(entry => entry.Value.Outcome is not null).Key ?? _turns.GetAt(0).Key);
        }
    }

    /// <summary>Forgets a message: it may be sent again.</summary>
    public void Forget(string clientId)
    {
        if (_turns.Remove(clientId))
        {
            total.Remove(1);
        }
    }

    /// <summary>The session has ended.</summary>
    public void Close()
    {
        total.Remove(_turns.Count);
        _turns.Clear();
    }
}
