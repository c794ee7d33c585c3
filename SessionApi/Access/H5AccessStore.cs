using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sidecar.ServiceDefaults.Access;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Access;

/// <summary>
/// Keeps <see cref="H5Settings"/> where other programs of the same person look for them: <c>h5Access</c> in <c>cc-haha/settings.json</c> of
/// the config folder. Everything else in that file is kept as it is. What another program changes counts at once.
/// </summary>
internal sealed class H5AccessStore(TranscriptRoot root)
{
    private const string Member = "h5Access";

    // A file of settings is never as large; one that is has nothing for us.
    private const long MaxBytes = 4 * 1024 * 1024;

    private static readonly JsonWriterOptions Json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();
    private readonly string _path = Path.Combine(root.ConfigDirectory, "cc-haha", "settings.json");
    private (DateTime WrittenAt, long Length)? _stamp;
    private H5Settings _current = new();

    /// <summary>The settings as they are in the file now. What cannot be read switches access off.</summary>
    public H5Settings Current
    {
        get
        {
            lock (_gate)
            {
                var file = new FileInfo(_path);
                (DateTime, long)? stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
                if (stamp != _stamp)
                {
                    (_stamp, _current) = (stamp, Read(Document()?[Member] as JsonObject));
                }

                return _current;
            }
        }
    }

    /// <summary>How long an idle agent is kept after its last client left; null when that is not set here.</summary>
    public TimeSpan? DisconnectGrace => Current.DisconnectGraceSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Stores other settings.</summary>
    /// <exception cref="IOException">The file cannot be written, or is not JSON and so not ours to replace.</exception>
    public H5Settings Change(Func<H5Settings, H5Settings> change)
    {
        lock (_gate)
        {
            var document = Document() ?? (File.Exists(_path) ? throw new IOException($"{_path} is not a JSON object.") : []);
            var changed = change(Read(document[Member] as JsonObject));
            document[Member] = Write(changed);
            var bytes = new MemoryStream();
            using (var json = new Utf8JsonWriter(bytes, Json))
            {
                document.WriteTo(json);
            }

            PrivateFiles.Replace(_path, bytes.ToArray());
            _stamp = null;
            return changed;
        }
    }

    private JsonObject? Document()
    {
        try
        {
            return new FileInfo(_path) is { Exists: true, Length: <= MaxBytes } ? JsonNode.Parse(File.ReadAllBytes(_path)) as JsonObject : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static H5Settings Read(JsonObject? stored)
    {
        try
        {
            return stored is null ? new H5Settings() : new H5Settings
            {
                Enabled = Value<bool>(stored, "enabled") ?? false,
                // Other programs keep the token itself beside its hash.
                Secret = AccessSecret.FromHash(Text(stored, "tokenHash")) ?? (Text(stored, "token") is { } token && AccessSecret.IsToken(token) ? AccessSecret.Of(token) : null),
                TokenPreview = Text(stored, "tokenPreview"),
                AllowedOrigins = stored["allowedOrigins"] is JsonArray origins ? [.. origins.Select(Text).OfType<string>().Take(H5Change.MaxOrigins)] : [],
                PublicBaseUrl = Text(stored, "publicBaseUrl"),
                FixedPort = Value<int>(stored, "fixedPort"),
                DisconnectGraceSeconds = Value<int>(stored, "disconnectGraceSeconds") is { } seconds && H5Change.IsGrace(seconds) ? seconds : null,
            };
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or JsonException)
        {
            return new H5Settings(); // a member twice, or half a character
        }
    }

    private static JsonObject Write(H5Settings settings) => new()
    {
        ["enabled"] = settings.Enabled,
        ["token"] = null,
        ["tokenHash"] = settings.Secret?.Hash,
        ["tokenPreview"] = settings.TokenPreview,
        ["allowedOrigins"] = new JsonArray([.. settings.AllowedOrigins.Select(origin => (JsonNode)origin)]),
        ["publicBaseUrl"] = settings.PublicBaseUrl,
        ["fixedPort"] = settings.FixedPort,
        ["disconnectGraceSeconds"] = settings.DisconnectGraceSeconds,
    };

    private static string? Text(JsonObject stored, string name) => Text(stored[name]);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static T? Value<T>(JsonObject stored, string name)
        where T : struct =>
        stored[name] is JsonValue value && value.TryGetValue<T>(out var found) ? found : null;
}
