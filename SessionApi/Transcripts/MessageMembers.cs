namespace Sidecar.SessionApi.Transcripts;

/// <summary>Where the members of a transcript line's <c>message</c> lie, as slices of the line.</summary>
internal struct MessageMembers
{
    public JsonSlice Id;
    public JsonSlice Role;
    public JsonSlice Content;
    public JsonSlice Model;
    public JsonSlice Usage;

    /// <summary>Whether the message has a role. Stops there: the role comes before a large content.</summary>
    public static bool HasRole(ReadOnlySpan<byte> line, JsonSlice message)
    {
        if (!message.IsPresent)
        {
            return false;
        }

        var members = new JsonObjectWalker(line[..(message.Start + message.Length)], message.Start);
        while (members.Next(out var name, out var value))
        {
            if (name.SequenceEqual("role"u8))
            {
                return value.IsText(line);
            }
        }

        return false;
    }

    public static MessageMembers Of(ReadOnlySpan<byte> line, JsonSlice message)
    {
        var found = default(MessageMembers);
        if (!message.IsPresent)
        {
            return found;
        }

        var members = new JsonObjectWalker(line[..(message.Start + message.Length)], message.Start);
        while (members.Next(out var name, out var value))
        {
            switch (name.Length)
            {
                case 2 when name.SequenceEqual("id"u8): found.Id = value; break;
                case 4 when name.SequenceEqual("role"u8): found.Role = value; break;
                case 5 when name.SequenceEqual("model"u8): found.Model = value; break;
                case 5 when name.SequenceEqual("usage"u8): found.Usage = value; break;
                case 7 when name.SequenceEqual("content"u8): found.Content = value; break;
            }
        }

        return found;
    }
}
