package keys

// Action is the stable name of something that can be done. It is what a user's key map binds keys to.
type Action string

// Actions. Their help lines, groups and default keys stand in the presets.
const (
	Up, Down                 Action = "up", "down"
	Parent, Enter            Action = "parent", "open" // h ← Backspace, l → Enter
	Top, Bottom              Action = "top", "bottom"
	PageUp, PageDown         Action = "page-up", "page-down"
	HalfUp, HalfDown         Action = "half-page-up", "half-page-down"
	HistoryBack, HistoryNext Action = "history-back", "history-forward"

	Index     Action = "spaces-index" // ~
	GoTo      Action = "go-to-path"   // g p
	Transfers Action = "transfers"    // w
	Inspector Action = "inspector"    // i
	NextTab   Action = "next-tab"     // ]
	PrevTab   Action = "previous-tab" // [

	Settings    Action = "settings"           // g s: of the Space
	AccessKeys  Action = "access-keys"        // g k
	Connections Action = "connections"        // g c
	Usage       Action = "usage"              // g u: what folders hold
	Trash       Action = "trash"              // g t: of the Space
	EmptyTrash  Action = "empty-trash"        // g e, on the page of it
	Uploads     Action = "unfinished-uploads" // g f: of the Space
	Find        Action = "find"               // F: below here
	Bookmark    Action = "bookmark"           // b: this place
	Bookmarks   Action = "bookmarks"          // '
	Links       Action = "links"              // g l: that were made
	Public      Action = "public"             // g o: what anybody can read or list
	Doctor      Action = "doctor"             // g d: what is wrong with the server
	Notices     Action = "notices"            // g m: the messages so far
	Requests    Action = "request-log"        // @

	DualPane  Action = "dual-pane"  // ctrl+o
	OtherPane Action = "other-pane" // tab
	Compare   Action = "compare"    // C: the two panes
	Mirror    Action = "mirror"     // g Y: to the other pane

	Select    Action = "select"           // space
	Range     Action = "select-range"     // v
	SelectAll Action = "select-loaded"    // ctrl+a
	SelectAny Action = "select-all"       // *: what is not listed yet, too
	Invert    Action = "invert-selection" // ctrl+r
	Cancel    Action = "cancel"           // esc: clear, close, stop what is under way

	Filter   Action = "filter-begins"   // /
	Contains Action = "filter-contains" // f
	SortName Action = "sort-name"       // o n
	SortSize Action = "sort-size"       // o s
	SortDate Action = "sort-date"       // o d
	Versions Action = "versions"        // .: older versions and delete markers
	AsOf     Action = "as-of"           // t: the folder as it was at a time

	New      Action = "new"         // a: a folder inline on a Space, a Space on the index
	Delete   Action = "delete"      // d
	Rename   Action = "rename"      // r
	Move     Action = "move"        // m: to a folder
	Upload   Action = "upload"      // u
	Download Action = "download"    // W
	Share    Action = "share"       // s
	CopyURL  Action = "copy-url"    // c
	Access   Action = "permissions" // =
	Metadata Action = "metadata"    // M
	Tags     Action = "tags"        // T
	Edit     Action = "edit"        // e: in $EDITOR
	Restore  Action = "restore"     // U: an older version
	Undo     Action = "undo"        // z: from everywhere

	ShareAgain     Action = "share-again"        // S: as the last one, copied at once
	AccessInside   Action = "permissions-inside" // g =: of everything in folders
	MetadataInside Action = "metadata-inside"    // g M

	DownloadZip Action = "download-zip" // g W: a folder as one file

	PurgeCDN Action = "purge-cdn-cache" // g P: of files, from DigitalOcean's cache

	Copy   Action = "copy"           // y: to be pasted
	Cut    Action = "cut"            // x
	Paste  Action = "paste"          // p
	CopyTo Action = "copy-to-folder" // Y

	CreateSpace Action = "create-space" // g n: from everywhere

	More    Action = "more"            // >
	Palette Action = "palette"         // :
	Help    Action = "help"            // ?
	Refresh Action = "refresh"         // R
	Theme   Action = "theme"           // g T
	Formats Action = "formats"         // g F: of sizes and dates
	Limits  Action = "transfer-limits" // g w: of the endpoint
	Back    Action = "back"            // q
	Quit    Action = "quit"            // ctrl+c
	Suspend Action = "suspend"         // ctrl+z: in texts and dialogs too

	Confirm Action = "confirm"        // y, in dialogs that ask
	Next    Action = "next-field"     // tab
	Prev    Action = "previous-field" // shift+tab
	Remove  Action = "remove"         // x, in lists that a dialog edits
	Pause   Action = "pause"          // p, in the transfers drawer
	Retry   Action = "retry"          // R there
	Hidden  Action = "hidden-files"   // . where files of this machine are chosen
)
