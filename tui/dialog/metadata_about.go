package dialog

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"spaces/store"
)

// pairing is what differs between dialogs that edit pairs of many files.
type pairing struct {
	title string
	word  string   // what is changed, in a sentence
	fixed []string // names that are always offered
	empty bool     // an empty value is a value
	check func(name, value string) error
	whole func(all map[string]string) error // of all that a file will have
	split func(text string) (name, value string)
	doubt func(text string) error // of what can be split, and is hardly meant so; nil: nothing
	hint  string                  // what is typed to add one
}

const metaName = "x-amz-meta-"

// headers are those that objects have, in the order that they are shown; the first few always.
var headers = []string{"Content-Type", "Cache-Control", "Content-Encoding", "Content-Disposition", "Content-Language", "Expires"}

var aboutMetadata = pairing{
	title: "Metadata", word: "metadata", fixed: headers[:4], check: store.CheckHeader, split: splitHeader, hint: "name: value",
	whole: func(all map[string]string) error {
		meta := map[string]string{}
		for name, value := range all {
			if rest, is := strings.CutPrefix(name, metaName); is {
				meta[rest] = value
			}
		}
		return store.CheckMeta(meta)
	},
}

var aboutTags = pairing{
	title: "Tags", word: "tags", empty: true, check: store.CheckTag, whole: store.CheckTags, hint: "name=value",
	split: func(text string) (name, value string) {
		name, value, _ = strings.Cut(text, "=")
		return name, value
	},
	doubt: func(text string) error {
		if name, value, is := strings.Cut(text, ":"); is && !strings.Contains(text, "=") {
			return fmt.Errorf("a tag is written name=value: %s=%s? If that is its name, write %s=", strings.TrimSpace(name), strings.TrimSpace(value), text)
		}
		return nil
	},
}

// splitHeader reads "owner: sammy", "owner=sammy" and "Content-Language: de".
func splitHeader(text string) (name, value string) {
	i := strings.IndexAny(text, ":=")
	if i < 0 {
		i = len(text)
	} else {
		value = strings.TrimSpace(text[i+1:])
	}
	name = strings.TrimSpace(text[:i])
	known := func(h string) bool { return strings.EqualFold(h, name) }
	if n := slices.IndexFunc(headers, known); n >= 0 {
		return headers[n], value
	}
	return metaName + strings.TrimPrefix(strings.ToLower(name), metaName), value
}

// headersOf are the headers and the metadata of an object, those that it has.
func headersOf(p store.Props) map[string]string {
	all := map[string]string{}
	for i, value := range []string{p.ContentType, p.CacheControl, p.ContentEncoding, p.ContentDisposition, p.ContentLanguage, p.Expires} {
		if value != "" {
			all[headers[i]] = value
		}
	}
	for name, value := range p.Meta {
		all[metaName+name] = value
	}
	return all
}

var errNameless = errors.New("what is it called? Write the name before the value")

// explained says what a header is for.
var explained = map[string]string{
	"Content-Type":        "What browsers take it for.",
	"Cache-Control":       "How long browsers and caches keep it: max-age=3600",
	"Content-Encoding":    "How the stored bytes are compressed: gzip",
	"Content-Disposition": "Whether browsers show it (inline) or save it (attachment)",
	"Content-Language":    "For readers of which language it is: de",
	"Expires":             "When it is stale, as an HTTP date; Cache-Control comes first",
}

// types are the usual Content-Types (IANA media types), with the extensions that they go with.
var types = []struct{ name, ext string }{
	{"text/html", ".html .htm"}, {"text/plain", ".txt .log .conf"}, {"text/css", ".css"}, {"text/javascript", ".js .mjs"}, {"text/csv", ".csv"},
	{"text/markdown", ".md"}, {"text/calendar", ".ics"}, {"text/xml", ""}, {"text/html; charset=utf-8", ""}, {"text/plain; charset=utf-8", ""},
	{"image/jpeg", ".jpg .jpeg"}, {"image/png", ".png"}, {"image/gif", ".gif"}, {"image/webp", ".webp"}, {"image/svg+xml", ".svg"},
	{"image/avif", ".avif"}, {"image/tiff", ".tif .tiff"}, {"image/x-icon", ".ico"},
	{"video/mp4", ".mp4 .m4v"}, {"video/webm", ".webm"}, {"video/quicktime", ".mov"}, {"video/mp2t", ".ts"},
	{"audio/mpeg", ".mp3"}, {"audio/mp4", ".m4a"}, {"audio/ogg", ".ogg .oga"}, {"audio/wav", ".wav"}, {"audio/flac", ".flac"},
	{"font/woff2", ".woff2"}, {"font/woff", ".woff"}, {"font/ttf", ".ttf"}, {"font/otf", ".otf"},
	{"application/json", ".json .map"}, {"application/xml", ".xml"}, {"application/pdf", ".pdf"}, {"application/zip", ".zip"},
	{"application/gzip", ".gz .tgz"}, {"application/zstd", ".zst"}, {"application/x-tar", ".tar"}, {"application/octet-stream", ".bin .img"},
	{"application/wasm", ".wasm"}, {"application/yaml", ".yaml .yml"}, {"application/vnd.apple.mpegurl", ".m3u8"}, {"application/rss+xml", ".rss"},
	{"application/manifest+json", ".webmanifest"}, {"application/sql", ".sql"}, {"application/vnd.sqlite3", ".sqlite"},
}

// usual are values that the other headers often have.
var usual = map[string][]string{
	"Cache-Control":       {"max-age=3600", "max-age=31536000, immutable", "no-cache", "no-store", "private", "public, max-age=86400"},
	"Content-Encoding":    {"gzip", "br", "zstd", "deflate"},
	"Content-Disposition": {"inline", "attachment"},
}

// usualValues are values of a header that begin with what was typed, of a file called key; what goes with its extension comes
// first.
func usualValues(header, typed, key string) []string {
	all := usual[header]
	if header == "Content-Type" {
		ext := strings.ToLower(path.Ext(key))
		for _, t := range types {
			if ext != "" && slices.Contains(strings.Fields(t.ext), ext) {
				all = append([]string{t.name}, all...)
			} else {
				all = append(all, t.name)
			}
		}
	}
	typed = strings.ToLower(typed)
	var list []string
	for _, x := range all {
		if strings.HasPrefix(x, typed) && x != typed {
			list = append(list, x)
		}
	}
	return list
}

// whole says whether a value can stand as it is: one that is usual, or the first part of one. Cache-Control is a list of
// directives, some with seconds (RFC 9111, section 5.2).
func whole(header, value string) bool {
	value = strings.ToLower(strings.TrimSpace(value))
	if header == "Cache-Control" {
		_, seconds, _ := strings.Cut(value, "max-age=")
		if n, err := strconv.Atoi(seconds); err == nil && n >= 0 {
			return true
		}
	}
	return slices.ContainsFunc(usualValues(header, "", ""), func(x string) bool {
		first, _, _ := strings.Cut(x, ",")
		return value == x || value == first
	})
}
