package page

import (
	"path"
	"strings"
)

// kinds of files by extension, as people call them.
var kinds = []struct{ kind, extensions string }{
	{"image", "jpg jpeg png gif webp svg avif heic tif tiff bmp ico dng raw cr2 nef psd"},
	{"video", "mp4 mov mkv webm avi m4v mpg mpeg ts m3u8"},
	{"audio", "mp3 wav flac ogg m4a aac opus aiff"},
	{"text", "txt md markdown rst log srt vtt"},
	{"document", "pdf doc docx odt rtf epub tex pages"},
	{"sheet", "xls xlsx ods csv tsv numbers"},
	{"slides", "ppt pptx odp key"},
	{"archive", "zip tar gz tgz bz2 xz zst 7z rar jar war deb rpm apk"},
	{"data", "json jsonl ndjson xml yaml yml toml ini parquet avro orc sqlite db sql arrow"},
	{"code", "go py js mjs tsx jsx c h cc cpp rs java rb php sh css scss html htm swift kt lua pl"},
	{"font", "ttf otf woff woff2"},
	{"disk", "iso img qcow2 vmdk vhd dmg"},
	{"program", "exe dll so bin wasm msi"},
}

// kindOfExtension is kinds turned around.
var kindOfExtension = func() map[string]string {
	all := map[string]string{}
	for _, k := range kinds {
		for ext := range strings.FieldsSeq(k.extensions) {
			all[ext] = k.kind
		}
	}
	return all
}()

// kindOf is the type of a file by its name, "" when that does not tell. It is printable.
func kindOf(name string) string {
	ext := path.Ext(name)
	if len(ext) < 2 || len(ext) > 12 || len(ext) == len(name) {
		return ""
	}
	ext = strings.ToLower(ext[1:])
	if kind := kindOfExtension[ext]; kind != "" {
		return kind
	}
	if strings.ContainsFunc(ext, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) || isCount(ext) {
		return ""
	}
	return ext
}

// isCount says whether it is a number and no extension: "backup.2024".
func isCount(ext string) bool { return strings.Trim(ext, "0123456789") == "" }
