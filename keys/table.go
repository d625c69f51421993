package keys

// where says on what screens an action is meant. Two actions may share a key when they never meet.
type where int

const (
	onPages where = 1 << iota
	inDialogs
	everywhere = onPages | inDialogs
)

// about is what an action is called, whatever its keys are: menus, palette and help have names for things, and no sentences.
// "…" says that something is asked first.
type about struct {
	action Action
	group  string
	where  where
	hint   string
	help   string
}

// Groups of help, in its order.
const (
	groupMove   = "move"
	groupPlaces = "places"
	groupPanes  = "panes"
	groupSelect = "select"
	groupNarrow = "narrow"
	groupChange = "change"
	groupObject = "files"
	groupDialog = "in dialogs"
	groupApp    = "program"
)

// table lists every action in the order of help.
var table = []about{
	{Up, groupMove, everywhere, "up", "Up"},
	{Down, groupMove, everywhere, "down", "Down"},
	{Enter, groupMove, everywhere, "open", "Open"},
	{Parent, groupMove, everywhere, "up a level", "Up a level"},
	{Top, groupMove, everywhere, "top", "Top"},
	{Bottom, groupMove, everywhere, "bottom", "Bottom"},
	{HalfDown, groupMove, everywhere, "half down", "Half a page down"},
	{HalfUp, groupMove, everywhere, "half up", "Half a page up"},
	{PageDown, groupMove, everywhere, "page down", "Page down"},
	{PageUp, groupMove, everywhere, "page up", "Page up"},
	{HistoryBack, groupMove, onPages, "back", "Back in history"},
	{HistoryNext, groupMove, onPages, "forward", "Forward in history"},

	{Index, groupPlaces, onPages, "Spaces", "Spaces"},
	{GoTo, groupPlaces, onPages, "go to", "Go to path…"},
	{Transfers, groupPlaces, onPages, "transfers", "Transfers"},
	{Inspector, groupPlaces, onPages, "inspector", "Inspector"},
	{NextTab, groupPlaces, onPages, "next tab", "Next tab"},
	{PrevTab, groupPlaces, onPages, "previous tab", "Previous tab"},
	{Settings, groupPlaces, onPages, "settings", "Settings"},
	{AccessKeys, groupPlaces, onPages, "access keys", "Access keys"},
	{Connections, groupPlaces, onPages, "connections", "Connections"},
	{Usage, groupPlaces, onPages, "usage", "Usage"},
	{Trash, groupPlaces, onPages, "trash", "Trash"},
	{EmptyTrash, groupPlaces, onPages, "empty", "Empty the trash…"},
	{Uploads, groupPlaces, onPages, "unfinished uploads", "Unfinished uploads"},
	{Find, groupPlaces, onPages, "find", "Find below here…"},
	{Public, groupPlaces, onPages, "public", "What is public"},
	{Doctor, groupPlaces, onPages, "doctor", "Doctor of the server"},
	{Links, groupPlaces, onPages, "links", "Links that were made"},
	{Bookmark, groupPlaces, onPages, "bookmark", "Bookmark this place"},
	{Bookmarks, groupPlaces, onPages, "bookmarks", "Bookmarks"},
	{Notices, groupPlaces, onPages, "messages", "Messages"},
	{Requests, groupPlaces, onPages, "requests", "Request log"},

	{DualPane, groupPanes, onPages, "two panes", "Two panes"},
	{OtherPane, groupPanes, onPages, "other pane", "Other pane"},
	{Compare, groupPanes, onPages, "compare", "Compare the panes"},
	{Mirror, groupPanes, onPages, "mirror", "Mirror to the other pane…"},

	{Select, groupSelect, onPages, "select", "Select"},
	{Range, groupSelect, onPages, "range", "Select a range"},
	{SelectAll, groupSelect, onPages, "select all", "Select all loaded"},
	{SelectAny, groupSelect, onPages, "everything", "Select everything, listed or not"},
	{Invert, groupSelect, onPages, "invert", "Invert selection"},
	{Cancel, groupSelect, everywhere, "cancel", "Cancel"},

	{Filter, groupNarrow, onPages, "begins with", "Filter: begins with"},
	{Contains, groupNarrow, onPages, "contains", "Filter: contains"},
	{SortName, groupNarrow, onPages, "by name", "Sort by name"},
	{SortSize, groupNarrow, onPages, "by size", "Sort by size"},
	{SortDate, groupNarrow, onPages, "by date", "Sort by date"},
	{Versions, groupNarrow, onPages, "versions", "Older versions and deleted files"},
	{AsOf, groupNarrow, onPages, "at a time", "As it was at a time…"},

	{New, groupChange, onPages, "new", "New folder"},
	{CreateSpace, groupChange, onPages, "new Space", "Create a Space…"},
	{Copy, groupChange, onPages, "copy", "Copy"},
	{Cut, groupChange, onPages, "cut", "Cut"},
	{Paste, groupChange, onPages, "paste", "Paste"},
	{CopyTo, groupChange, onPages, "copy to", "Copy to folder…"},
	{Move, groupChange, onPages, "move", "Move to folder…"},
	{Rename, groupChange, onPages, "rename", "Rename"},
	{Delete, groupChange, onPages, "delete", "Delete…"},
	{Undo, groupChange, onPages, "undo", "Undo…"},

	{Upload, groupObject, onPages, "upload", "Upload…"},
	{Download, groupObject, onPages, "download", "Download…"},
	{DownloadZip, groupObject, onPages, "download .zip", "Download as .zip…"},
	{Share, groupObject, onPages, "share", "Quick Share…"},
	{ShareAgain, groupObject, onPages, "share again", "Quick Share as before"},
	{CopyURL, groupObject, onPages, "copy URL", "Copy URL"},
	{Access, groupObject, onPages, "permissions", "Permissions…"},
	{Metadata, groupObject, onPages, "metadata", "Metadata…"},
	{Tags, groupObject, onPages, "tags", "Tags…"},
	{AccessInside, groupObject, onPages, "permissions inside", "Permissions of everything inside…"},
	{MetadataInside, groupObject, onPages, "metadata inside", "Metadata of everything inside…"},
	{Edit, groupObject, onPages, "edit", "Edit…"},
	{PurgeCDN, groupObject, onPages, "purge CDN", "Purge from the CDN cache…"},
	{Restore, groupObject, onPages, "restore", "Restore…"},

	{Confirm, groupDialog, inDialogs, "yes", "Yes"},
	{Next, groupDialog, inDialogs, "next", "Next field"},
	{Prev, groupDialog, inDialogs, "previous", "Previous field"},
	{Remove, groupDialog, inDialogs, "remove", "Remove from the list"},
	{Pause, groupDialog, inDialogs, "pause", "Pause or continue"},
	{Retry, groupDialog, inDialogs, "retry", "Retry what failed"},
	{Hidden, groupDialog, inDialogs, "hidden files", "Hidden files"},

	{More, groupApp, onPages, "more", "More"},
	{Palette, groupApp, onPages, "commands", "Command palette"},
	{Help, groupApp, everywhere, "keys", "Keyboard shortcuts"},
	{Refresh, groupApp, onPages, "refresh", "Refresh"},
	{Theme, groupApp, onPages, "theme", "Theme…"},
	{Formats, groupApp, onPages, "formats", "Size and date formats…"},
	{Limits, groupApp, onPages, "transfer limits", "Transfer limits…"},
	{Back, groupApp, onPages, "up", "Up a level, or quit"},
	{Suspend, groupApp, everywhere, "suspend", "Suspend"},
	{Quit, groupApp, everywhere, "quit", "Quit"},
}

var tableOf = func() map[Action]about {
	m := make(map[Action]about, len(table))
	for _, t := range table {
		m[t.action] = t
	}
	return m
}()

// OnPages says whether an action is meant on pages: a scope for Lookup.
func OnPages(a Action) bool { return tableOf[a].where&onPages != 0 }

// Moves says whether an action moves a cursor or the view: every page and list takes it, listed or not.
func Moves(a Action) bool { return tableOf[a].group == groupMove }

// InDialogs says whether an action is meant in dialogs: a scope for Lookup.
func InDialogs(a Action) bool { return tableOf[a].where&inDialogs != 0 }
