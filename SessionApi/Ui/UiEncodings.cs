using Microsoft.Net.Http.Headers;

namespace Sidecar.SessionApi.Ui;

/// <summary>Chooses the smallest form of a file that lies beside it and that the client takes: <c>.br</c>, <c>.gz</c>, or the file itself.</summary>
internal static class UiEncodings
{
    private static readonly (string Name, string Extension)[] Known = [("br", ".br"), ("gzip", ".gz")];

    /// <summary>The file to send, and its content coding; null for none.</summary>
    public static (string File, string? Encoding) Choose(string file, HttpRequest request)
    {
        var accepted = Accepted(request);
        foreach (var (name, extension) in Known)
        {
            if (Takes(accepted, name) && File.Exists(file + extension))
            {
                return (file + extension, name);
            }
        }

        return (file, null);
    }

    /// <summary>Whether a client takes the whole of a file in a content coding.</summary>
    public static bool Takes(HttpRequest request, string name) => Takes(Accepted(request), name);

    // Parts of a compressed file are of no use to a client that wants a part of the file.
    private static IList<StringWithQualityHeaderValue> Accepted(HttpRequest request) =>
        request.Headers.Range.Count == 0 && StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted) ? accepted : [];

    // What is named counts; what is not, as the star says.
    private static bool Takes(IList<StringWithQualityHeaderValue> accepted, string name)
    {
        var said = accepted.FirstOrDefault(value => value.Value.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? accepted.FirstOrDefault(value => value.Value.Equals("*", StringComparison.Ordinal));
        return said is not null && (said.Quality ?? 1) > 0;
    }
}
