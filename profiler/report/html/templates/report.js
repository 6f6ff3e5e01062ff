"use strict";
// Nothing here adds a number: sorting, reading charts by keyboard, zooming into calls.

// Tables sort by the number a cell stands for (data-value), else by its text.
for (const table of document.querySelectorAll("table.sorts")) {
    const heads = [...table.tHead.rows[0].cells];
    const keyOf = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    heads.forEach((head, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = head.textContent;
        head.replaceChildren(button);
        button.addEventListener("click", () => {
            const rows = [...table.tBodies[0].rows];
            const numeric = rows.every(row => row.cells[column].dataset.value !== undefined);
            const before = head.getAttribute("aria-sort");
            const falling = before ? before === "ascending" : numeric && column > 0;
            heads.forEach(other => other.removeAttribute("aria-sort"));
            head.setAttribute("aria-sort", falling ? "descending" : "ascending");
            rows.sort((a, b) => {
                const x = keyOf(a, column), y = keyOf(b, column);
                const order = numeric ? Number(x) - Number(y) : x.localeCompare(y);
                return falling ? -order : order;
            });
            table.tBodies[0].append(...rows);
        });
    });
}

// A chart reads its marks aloud: arrow keys go from one to the next.
for (const chart of document.querySelectorAll("figure.chart")) {
    const drawing = chart.querySelector("svg"), reading = chart.querySelector(".reading");
    const marks = [...drawing.querySelectorAll(".mark")];
    let chosen = -1;
    const choose = index => {
        marks[chosen]?.classList.remove("chosen");
        chosen = Math.max(0, Math.min(marks.length - 1, index));
        marks[chosen].classList.add("chosen");
        reading.textContent = marks[chosen].querySelector("title").textContent;
    };
    const steps = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 20, PageUp: -20};
    drawing.addEventListener("keydown", event => {
        if (marks.length === 0)
            return;
        if (event.key in steps)
            choose(chosen + steps[event.key]);
        else if (event.key === "Home")
            choose(0);
        else if (event.key === "End")
            choose(marks.length - 1);
        else
            return;
        event.preventDefault();
    });
    drawing.addEventListener("pointerover", event => {
        const mark = event.target.closest(".mark");
        if (mark)
            choose(marks.indexOf(mark));
    });
}

// Calls: the chosen frame takes the whole width, its callers too.
const flame = document.querySelector("#flame svg");
if (flame) {
    const width = flame.viewBox.baseVal.width, character = 6.2;
    const frames = [...flame.querySelectorAll(".frame")].map(node => ({
        node, box: node.querySelector("rect"), label: node.querySelector("text"), name: node.dataset.name,
        begin: Number(node.dataset.begin), total: Number(node.dataset.total),
    }));
    const whole = {begin: 0, total: Math.max(...frames.map(frame => frame.begin + frame.total))};
    const zoom = to => {
        for (const frame of frames) {
            const begin = Math.max(frame.begin, to.begin), end = Math.min(frame.begin + frame.total, to.begin + to.total);
            const shown = end > begin;
            frame.node.style.display = shown ? "" : "none";
            if (!shown)
                continue;
            const x = (begin - to.begin) / to.total * width, size = (end - begin) / to.total * width;
            const room = Math.floor((size - 6) / character);
            frame.box.setAttribute("x", x);
            frame.box.setAttribute("width", size);
            frame.label.setAttribute("x", x + 4);
            frame.label.textContent = room < 2 ? "" : frame.name.length <= room ? frame.name : frame.name.slice(0, room - 1) + "…";
        }
    };
    const frameOf = node => frames.find(frame => frame.node === node);
    flame.addEventListener("click", event => {
        const node = event.target.closest(".frame");
        zoom(node ? frameOf(node) : whole);
    });
    flame.addEventListener("keydown", event => {
        if (event.key === "Enter" && flame.querySelector(".chosen"))
            zoom(frameOf(flame.querySelector(".chosen")));
        else if (event.key === "Escape")
            zoom(whole);
    });
}
