namespace Sidecar.SessionApi.Transcripts;

/// <summary>The form of a session id: 8-4-4-4-12 hexadecimal digits. Nothing else is ever made part of a path.</summary>
internal static class SessionIds
{
    private const int Length = 36;

    // Guid.TryParseExact would also take signs and 0x inside the groups.
    public static bool IsValid(string? id)
    {
        if (id?.Length != Length)
        {
            return false;
        }

        for (var i = 0; i < Length; i++)
        {
            var isDash = i is 8 or 13 or 18 or 23;
            if (isDash ? id[i] != '-' : !char.IsAsciiHexDigit(id[i]))
            {
                return false;
            }
        }

        return true;
    }
}
