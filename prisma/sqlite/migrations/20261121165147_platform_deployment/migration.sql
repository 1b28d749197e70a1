-- CreateTable
CREATE TABLE "platform_deployment" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "log_identity" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL
);
