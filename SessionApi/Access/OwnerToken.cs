using Sidecar.ServiceDefaults.Access;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Access;

/// <summary>
/// The token of the person whose server this is, for use from elsewhere. Only its hash is kept, in a file that only its owner may read, and
/// a new one counts from the moment when it is written.
/// </summary>
internal sealed class OwnerToken(TranscriptRoot root)
{
    private const string Prefix = "sidecar_";

    private readonly Lock _gate = new();
    private readonly string _path = Path.Combine(root.ConfigDirectory, "sidecar", "access-token");
    private (DateTime WrittenAt, long Length)? _stamp;
    private AccessSecret? _current;

    /// <summary>The token as it is in the file now; null when there is none.</summary>
    public AccessSecret? Current
    {
        get
        {
            lock (_gate)
            {
                var file = new FileInfo(_path);
                (DateTime, long)? stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
                if (stamp != _stamp)
                {
                    (_stamp, _current) = (stamp, Read());
                }

                return _current;
            }
        }
    }

    /// <summary>Makes a new token in place of the one before.</summary>
    /// <returns>The token. It cannot be had again.</returns>
    public string Renew()
    {
        var token = AccessSecret.Create(Prefix);
        PrivateFiles.Replace(_path, System.Text.Encoding.ASCII.GetBytes($"{AccessSecret.Of(token).Hash}\n"));
        return token;
    }

    private AccessSecret? Read()
    {
        try
        {
            return AccessSecret.FromHash(File.ReadAllText(_path).Trim());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // replaced at this moment, or not ours to read: no token counts
        }
    }
}
